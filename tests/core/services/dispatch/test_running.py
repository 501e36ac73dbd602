"""The dispatcher: what is due runs, what fails waits, what crashes runs again, and nothing is lost or doubled."""

import pytest
from django.db import connection
from django_celery_beat.models import PeriodicTask

from apps.core import db, outbox
from apps.core.enums import DeliveryState
from apps.core.errors import Unavailable
from apps.core.models import AuditEvent, OutboxDelivery
from apps.core.selectors import deliveries
from apps.core.services import dispatch
from tests.core.services.dispatch.receivers import AT, BY, Receiver, due_again


@pytest.mark.django_db
def test_handler_is_told_the_news(queue):
    receiver = Receiver(queue)
    receiver.publish("thg_7", customer="cus_1", data={"n": 1})

    assert dispatch.drain(queue=queue) == 1

    (news,) = receiver.seen
    assert (news.topic, news.subject, news.customer_ref) == (receiver.topic, "thg_7", "cus_1")
    assert (news.data, news.published_at, news.delivery) == ({"n": 1}, AT, receiver.deliveries().get().pk)
    assert (news.by.id, news.by.via.door, news.by.via.request_id) == (f"system:{receiver.name}", "receiver", "req-1")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["database", "network"])
def test_handled_is_done_and_not_run_again(queue, kind):
    receiver = Receiver(queue, kind=kind)
    receiver.publish()

    assert (dispatch.drain(queue=queue), dispatch.drain(queue=queue)) == (1, 0)

    delivery = receiver.deliveries().get()
    assert (delivery.state, delivery.attempts, delivery.lease_until) == (DeliveryState.DONE, 1, None)
    assert delivery.done_at is not None
    assert receiver.effects() == 1


@pytest.mark.django_db
def test_what_a_database_handler_writes_is_its_own(queue):
    receiver = Receiver(queue)
    receiver.publish()

    dispatch.drain(queue=queue)

    event = AuditEvent.objects.get(action="core.thing.follow")
    assert (event.actor_id, event.door, event.request_id) == (f"system:{receiver.name}", "receiver", "req-1")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["database", "network"])
@pytest.mark.parametrize("failure", [Unavailable("partner away"), RuntimeError("bug of ana@example.com")])
def test_failure_waits_and_is_tried_again(queue, kind, failure):
    receiver = Receiver(queue, failure, kind=kind)
    receiver.publish()

    assert (dispatch.drain(queue=queue), dispatch.drain(queue=queue)) == (1, 0)

    delivery = receiver.deliveries().get()
    assert (delivery.state, delivery.attempts, delivery.lease_until) == (DeliveryState.PENDING, 1, None)
    assert delivery.last_error.startswith(type(failure).__name__)
    assert "ana@" not in delivery.last_error
    due_again()
    dispatch.drain(queue=queue)
    assert receiver.states() == [("done", 2)]
    assert receiver.effects() == (1 if kind == "database" else 2)


@pytest.mark.django_db
def test_a_failed_database_handler_leaves_no_effect(queue):
    receiver = Receiver(queue, Unavailable())
    receiver.publish()

    dispatch.drain(queue=queue)

    assert receiver.effects() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("attempts", "seconds"), [(0, 1), (3, 8), (10, 1024)])
def test_waits_double_with_a_spread(queue, attempts, seconds):
    receiver = Receiver(queue, Unavailable())
    receiver.publish()
    receiver.deliveries().update(attempts=attempts)

    dispatch.drain(queue=queue)

    with connection.cursor() as cursor:
        cursor.execute("SELECT now(), clock_timestamp() - now()")
        began, passed = cursor.fetchone()
    waits = (receiver.deliveries().get().next_at - began).total_seconds()
    assert seconds * 0.8 <= waits <= seconds * 1.2 + passed.total_seconds()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["database", "network"])
def test_twelve_failures_are_the_end_and_others_go_on(queue, kind):
    receiver = Receiver(queue, *[Unavailable()] * 12, kind=kind)
    other = Receiver(queue, name="b")
    receiver.publish()

    for _ in range(14):
        dispatch.drain(queue=queue)
        due_again()

    assert (receiver.states(), other.states()) == ([("dead", 12)], [("done", 1)])
    assert [one.pk for one in deliveries.dead()] == [receiver.deliveries().get().pk]
    assert len(receiver.seen) == 12


@pytest.mark.django_db
def test_a_broken_statement_fails_its_handler_alone(queue):
    def broken(news):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0 -- ana@example.com")

    outbox.handles("core.thing.made", name="z.broken", queue=queue)(broken)
    with db.unit(by=BY, at=AT):
        outbox.publish("core.thing.made", subject="thg_1")

    dispatch.drain(queue=queue)

    delivery = OutboxDelivery.objects.get(handler="z.broken")
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("pending", 1, "DataError: 22012")


@pytest.mark.django_db
def test_what_is_checked_at_commit_fails_the_handler(queue):
    def late(news):
        PeriodicTask.objects.bulk_create([PeriodicTask(name="late", task="x", interval_id=10**6)])

    outbox.handles("core.thing.made", name="z.late", queue=queue)(late)
    with db.unit(by=BY, at=AT):
        outbox.publish("core.thing.made", subject="thg_1")

    assert dispatch.drain(queue=queue) == 1
    delivery = OutboxDelivery.objects.get(handler="z.late")
    assert (delivery.state, delivery.last_error) == ("pending", "IntegrityError: 23503")


@pytest.mark.django_db
def test_an_ordered_subject_waits_for_its_earlier_news_and_others_flow(queue):
    receiver = Receiver(queue, Unavailable(), ordered=True)
    for subject in ("thg_1", "thg_1", "thg_2"):
        receiver.publish(subject)

    dispatch.drain(queue=queue)
    assert receiver.states() == [("pending", 1), ("pending", 0), ("done", 1)]
    due_again()
    dispatch.drain(queue=queue)

    assert receiver.states() == [("done", 2), ("done", 1), ("done", 1)]
    assert [news.subject for news in receiver.seen] == ["thg_1", "thg_2", "thg_1", "thg_1"]


@pytest.mark.django_db
def test_without_order_later_news_do_not_wait(queue):
    receiver = Receiver(queue, Unavailable())
    receiver.publish()
    receiver.publish()

    dispatch.drain(queue=queue)

    assert receiver.states() == [("pending", 1), ("done", 1)]


@pytest.mark.django_db
def test_a_queue_runs_its_own_handlers_alone(queue):
    receiver = Receiver(queue)
    receiver.publish()

    assert dispatch.drain(queue="another") == 0
    assert receiver.states() == [("pending", 0)]
