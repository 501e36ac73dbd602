"""Several connections at once: one recipient, one message an event, numbers without a gap, and no deadlock."""

from apps.notifications import errors
from apps.notifications.models import InboxHead, Notification, Recipient
from apps.notifications.services import messages, recipients
from apps.notifications.services.messages import Notice
from tests.factories import notifications as make
from tests.notifications.texts import paid
from tests.support.threads import together


def in_unit(unit, call):
    def run():
        with unit():
            return call()

    return run


def people(unit, count):
    with unit():
        return [make.recipient().owner for _ in range(count)]


def test_two_first_upserts_at_once_register_one(committed_db, unit):
    with unit():
        owner = make.login()
    address = {"email": "ada@example.test", "locale": "en", "tz": "UTC"}
    register = in_unit(unit, lambda: recipients.upsert(recipient=owner, **address))

    found = together(register, register)

    assert {type(one) for one in found} <= {Recipient, errors.RecipientRace}
    assert Recipient.objects.filter(owner=owner).count() == 1
    assert InboxHead.objects.filter(recipient__owner=owner).count() == 1


def test_one_event_told_by_many_at_once_is_one_message(committed_db, unit):
    (ada,) = people(unit, 1)
    notice = paid(ada)

    found = together(*[in_unit(unit, lambda: messages.notify(**notice))] * 8)

    assert len({one.pk for one in found}) == 1
    assert Notification.objects.filter(recipient__owner=ada).count() == 1


def test_many_events_at_once_are_numbered_without_a_gap(committed_db, unit):
    (ada,) = people(unit, 1)

    together(*[in_unit(unit, lambda: messages.notify(**paid(ada)))] * 8)

    seqs = Notification.objects.filter(recipient__owner=ada).order_by("seq").values_list("seq", flat=True)
    head = InboxHead.objects.get(recipient__owner=ada)
    assert list(seqs) == list(range(1, 9))
    assert (head.last_seq, head.unread) == (8, 8)


def test_two_people_told_crosswise_at_once_do_not_deadlock(committed_db, unit):
    ada, bob = people(unit, 2)

    def tell(first, second):
        notices = [Notice(**paid(first)), Notice(**paid(second))]
        return in_unit(unit, lambda: messages.notify_all(notices=notices))

    found = together(*[tell(ada, bob), tell(bob, ada)] * 4)

    assert [one for one in found if isinstance(one, Exception)] == []
    assert InboxHead.objects.get(recipient__owner=ada).last_seq == 2
