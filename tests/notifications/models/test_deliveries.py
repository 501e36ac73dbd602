"""What the database itself refuses about deliveries."""

import pytest
from django.db import IntegrityError, connection

from apps.core import actors, clock
from apps.notifications.enums import DeliveryState, Lane, Outcome
from apps.notifications.models import Delivery
from apps.notifications.services import deliveries, messages
from apps.notifications.services.letters import Verdict
from tests.factories import notifications as make
from tests.notifications.texts import paid

pytestmark = pytest.mark.django_db

ANSWERS = {"sent": Verdict(Outcome.ACCEPTED), "failed": Verdict(Outcome.REJECTED, 550)}
COLUMNS = "lease_until = CASE WHEN %s = 'sending' THEN now() END, sent_at = CASE WHEN %s = 'sent' THEN now() END"


@pytest.fixture
def mail(unit):
    with unit():
        message = messages.notify(**paid(make.recipient().owner))
    return Delivery.objects.get(notification=message)


def bring(mail, state):
    if state in ANSWERS:
        by, post = actors.system("tests.notifications"), lambda letter: ANSWERS[state]
        deliveries.send_due(lane=Lane.MAIL, post=post, site="https://wallet.example", by=by, at=clock.now())


def write(mail, state, columns=COLUMNS):
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE notifications_delivery SET state = %s, reason = 'no_address', {columns} WHERE id = %s",
            [state, *[state] * columns.count("%s"), mail.pk],
        )


ILLEGAL = [
    (source, target)
    for source in ("queued", "sent", "failed")
    for target in DeliveryState.values
    if source != target and target not in DeliveryState.moves()[DeliveryState(source)]
]


@pytest.mark.parametrize(("source", "target"), ILLEGAL)
def test_an_illegal_move_is_refused(mail, source, target):
    bring(mail, source)

    with pytest.raises(IntegrityError):
        write(mail, target)


@pytest.mark.parametrize("columns", ["sent_at = now()", "lease_until = NULL", "channel = 'sms'", "lane = 'mail_fast'"])
def test_columns_that_do_not_fit_the_state_are_refused(mail, columns):
    with pytest.raises(IntegrityError):
        write(mail, "sending", columns)


def test_a_failure_says_why(mail):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_delivery SET state = 'sending', lease_until = now() WHERE id = %s", [mail.pk]
        )
        with pytest.raises(IntegrityError):
            cursor.execute(
                "UPDATE notifications_delivery SET state = 'failed', lease_until = NULL WHERE id = %s", [mail.pk]
            )


def test_a_message_has_one_mail(unit, mail):
    with pytest.raises(Exception, match="duplicate"), unit():
        Delivery(notification=mail.notification, channel=mail.channel, lane=mail.lane).save()
