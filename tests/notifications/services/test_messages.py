"""Telling people: once a person and event, numbered without a gap, sealed, and mailed where there is an address."""

import pytest
from celery import current_app
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import ids
from apps.core.errors import NoUnit, ProgrammingFault
from apps.core.money import Money
from apps.core.services import data_keys
from apps.notifications import errors
from apps.notifications.enums import DeliveryState, Lane
from apps.notifications.models import Delivery, InboxHead, Notification
from apps.notifications.selectors import inbox
from apps.notifications.services import messages
from apps.notifications.services.messages import Notice
from tests.factories import notifications as make
from tests.notifications.texts import PAID, paid, warned

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(unit):
    with unit():
        return make.recipient().owner


def waiting(queue):
    """Return how many tasks wait in a queue of the broker."""
    with current_app.connection_for_read() as broker:
        return broker.default_channel.client.llen(queue)


def shown(message):
    return inbox.opened(rows=[message])[0]


def test_notify_writes_an_inbox_item_and_a_mail(unit, ada):
    notice = paid(ada)

    with unit() as opened:
        message = messages.notify(**notice)

    item = shown(message)
    mail = Delivery.objects.get(notification=message)
    head = InboxHead.objects.get(recipient__owner=ada)
    assert item.title == "Ann Lee sent you 25.10 USD"
    assert item.body == "Ann Lee sent you 25.10 USD on March 1, 2026, 12:05 p.m. UTC."
    assert (item.kind, item.subject, item.seq, item.read_at) == (PAID, notice["subject"], 1, None)
    assert item.created_at == opened.at
    assert (mail.state, mail.lane, mail.attempts) == (DeliveryState.QUEUED, Lane.MAIL, 0)
    assert (head.last_seq, head.unread) == (1, 1)


def test_notify_again_writes_nothing(unit, ada):
    notice = paid(ada)
    with unit():
        first = messages.notify(**notice)

    with unit():
        again = messages.notify(**{**notice, "params": {**notice["params"], "money": Money(1, "USD")}})
        same_unit = messages.notify(**notice)

    assert (again.pk, same_unit.pk) == (first.pk, first.pk)
    assert Notification.objects.filter(recipient__owner=ada).count() == 1
    assert Delivery.objects.filter(notification__recipient__owner=ada).count() == 1
    assert inbox.opened(rows=[again])[0].title == "Ann Lee sent you 25.10 USD"


def test_one_event_is_told_to_each_person_once(unit, ada):
    with unit():
        bob = make.recipient(email=None).owner
    notices = [Notice(**{**paid(owner), "key": "paid:one"}) for owner in (ada, bob, ada)]

    with unit():
        told = messages.notify_all(notices=notices)

    assert [message.recipient.owner for message in told] == [ada, bob, ada]
    assert told[0].pk == told[2].pk
    assert Delivery.objects.filter(notification__in=[message.pk for message in told]).count() == 1


def test_numbers_run_without_a_gap(unit, ada):
    with unit():
        messages.notify(**paid(ada))
        messages.notify(**paid(ada))
    with pytest.raises(ZeroDivisionError), unit():
        messages.notify(**paid(ada)).seq / 0

    with unit():
        messages.notify(**paid(ada))

    seqs = Notification.objects.filter(recipient__owner=ada).order_by("seq").values_list("seq", flat=True)
    assert list(seqs) == [1, 2, 3]


def test_nothing_personal_stands_in_plain_columns(unit, ada):
    with unit():
        message = messages.notify(**paid(ada, payer="Zebulon Quux"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(n)::text FROM notifications_notification n WHERE id = %s", [message.pk])
        row = cursor.fetchone()[0]
    assert [word for word in ("Zebulon", "Quux", "25.10", "2510", "ada@example") if word in row] == []


@pytest.mark.parametrize(("notice", "queue"), [(paid, "mail"), (warned, "mail_fast")])
def test_the_mail_is_sent_by_its_queue_after_the_commit(unit, ada, notice, queue, django_capture_on_commit_callbacks):
    before = waiting(queue)

    with django_capture_on_commit_callbacks(execute=True):
        with unit():
            messages.notify(**notice(ada))
        assert waiting(queue) == before

    assert waiting(queue) == before + 1


def test_somebody_without_an_address_is_told_in_the_inbox(unit):
    with unit():
        bob = make.recipient(email=None).owner
        message = messages.notify(**paid(bob))

    assert shown(message).title == "Ann Lee sent you 25.10 USD"
    assert not Delivery.objects.filter(notification=message).exists()


def test_somebody_unknown_is_refused(unit, ada):
    unknown = ids.encode("usr", ids.new())

    with pytest.raises(errors.RecipientUnknown), unit():
        messages.notify_all(notices=[Notice(**paid(ada)), Notice(**paid(unknown))])

    assert not Notification.objects.filter(recipient__owner=ada).exists()


def test_somebody_erased_is_told_nothing(unit, ada):
    with unit():
        data_keys.destroy(owner=ada, reason="test")

    with unit():
        told = messages.notify(**paid(ada))

    assert told is None
    assert InboxHead.objects.get(recipient__owner=ada).last_seq == 0


@pytest.mark.parametrize(
    "params", [{}, {"money": Money(1, "USD"), "payer": "A", "at": "now"}, {"money": 1, "payer": "A", "at": None}]
)
def test_values_that_the_kind_does_not_declare_are_a_fault(unit, ada, params):
    with pytest.raises(ProgrammingFault, match="takes exactly"), unit():
        messages.notify(**{**paid(ada), "params": params})

    assert not Notification.objects.filter(recipient__owner=ada).exists()


def test_a_kind_that_nobody_declares_is_a_fault(unit, ada):
    with pytest.raises(ProgrammingFault, match="no app declares"), unit():
        messages.notify(**{**paid(ada), "kind": "p2p.unheard_of"})


def test_notify_needs_a_unit(ada):
    with pytest.raises(NoUnit):
        messages.notify(**paid(ada))


def test_telling_costs_few_statements(unit, ada):
    with unit(), CaptureQueriesContext(connection) as queries:
        messages.notify(**paid(ada))

    assert len(queries) <= 10
