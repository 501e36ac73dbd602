"""The nightly checks are silent while all is well, and name what somebody changed behind the services."""

import pytest
from django.db import connection

from apps.core import actors, clock
from apps.notifications.enums import Lane, Outcome
from apps.notifications.models import Delivery, InboxHead
from apps.notifications.selectors import invariants
from apps.notifications.services import deliveries, messages
from apps.notifications.services.letters import Verdict
from tests.factories import notifications as make
from tests.notifications.texts import paid

pytestmark = pytest.mark.django_db


def broken():
    return {name: len(found) for name, check in invariants.checks() if (found := check())}


def change(sql, key):
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])


@pytest.fixture
def sent(unit):
    with unit():
        message = messages.notify(**paid(make.recipient().owner))
    by, post = actors.system("tests.notifications"), lambda letter: Verdict(Outcome.ACCEPTED)
    deliveries.send_due(lane=Lane.MAIL, post=post, site="https://wallet.example", by=by, at=clock.now())
    return Delivery.objects.get(notification=message)


def test_all_is_well(sent):
    assert broken() == {}


@pytest.mark.parametrize("column", ["last_seq", "unread"])
def test_a_wrong_figure_of_an_inbox_is_named(sent, column):
    head = InboxHead.objects.get(recipient=sent.notification.recipient_id)
    values = {"last_seq": "2", "unread": "0"}[column]

    change(f"UPDATE notifications_inboxhead SET {column} = {values} WHERE id = %s", head.pk)

    assert broken() == {"notifications.inboxes": 1}


def test_a_mail_that_nobody_accepted_is_named(unit):
    with unit():
        mail = make.delivery()

    change("UPDATE notifications_delivery SET state = 'sent', sent_at = now() WHERE id = %s", mail.pk)

    assert broken() == {"notifications.deliveries": 1}
