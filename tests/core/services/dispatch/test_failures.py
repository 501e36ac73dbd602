"""The dispatcher: what is due runs, what fails waits, what crashes runs again, and nothing is lost or doubled."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from django.db.models.functions import Now  # noqa: TID251 - deliveries are due by the database's clock

from apps.core import clock, db, outbox
from apps.core.errors import NotFound, Unavailable
from apps.core.models import AuditEvent
from apps.core.selectors import deliveries
from apps.core.services import dispatch
from apps.core.services.dispatch import DeliveryNotDead
from tests.core.services.dispatch.receivers import AT, BY, Killed, Receiver
from tests.support.threads import together


@pytest.mark.django_db
def test_a_handler_of_newer_code_is_left_alone(queue):
    receiver = Receiver(queue)
    receiver.publish()
    outbox._handlers.clear()

    assert dispatch.drain(queue=queue) == 0
    assert receiver.states() == [("pending", 0)]


@pytest.mark.django_db
def test_drain_stops_at_its_limit(queue):
    receiver = Receiver(queue)
    for _ in range(3):
        receiver.publish()

    assert (dispatch.drain(queue=queue, limit=2), dispatch.drain(queue=queue)) == (2, 1)


@pytest.mark.django_db
def test_what_a_handler_publishes_is_run_as_well(queue):
    follower = Receiver(queue, name="b")
    outbox.handles("core.thing.made", name="a.first", queue=queue)(
        lambda news: outbox.publish(follower.topic, subject=news.subject)
    )
    with db.unit(by=BY, at=AT):
        outbox.publish("core.thing.made", subject="thg_1")

    assert dispatch.drain(queue=queue) == 2
    assert follower.effects() == 1


@pytest.mark.django_db
def test_a_lease_that_ended_is_given_back_and_its_late_runner_changes_nothing(queue):
    receiver = Receiver(queue, kind="network")
    receiver.publish()

    def overtaken(news):
        receiver.run(news)
        if len(receiver.seen) == 1:
            receiver.deliveries().update(lease_until=Now())
            assert dispatch.sweep(by=BY, at=AT) == [queue]
            dispatch.drain(queue=queue)
            raise Unavailable

    outbox._handlers[receiver.name] = replace(outbox.handler(receiver.name), run=overtaken)

    dispatch.drain(queue=queue)

    assert len(receiver.seen) == 2
    assert receiver.states() == [("done", 2)]


@pytest.mark.django_db
def test_sweep_leaves_living_leases_and_finds_queues_with_something_due(queue):
    receiver, idle = Receiver(queue, kind="network"), Receiver(f"{queue}x", name="b")
    receiver.publish()
    receiver.publish()
    first, _ = receiver.deliveries()
    receiver.deliveries().filter(pk=first.pk).update(state="running", lease_until=Now() + timedelta(minutes=1))

    assert dispatch.sweep(by=BY, at=AT) == [queue]
    assert receiver.states() == [("running", 0), ("pending", 0)]
    assert idle.states() == []


@pytest.mark.django_db
def test_replay_gives_a_new_handler_the_old_messages_once(queue):
    old = Receiver(queue)
    for subject in ("thg_1", "thg_2"):
        old.publish(subject)
    new = Receiver(queue, name="b")
    outbox._handlers[new.name] = replace(outbox.handler(new.name), topic=old.topic)
    old.publish("thg_3")

    counts = [dispatch.replay(handler=new.name, since=AT - timedelta(days=1), by=BY, at=AT) for _ in range(2)]

    assert counts == [2, 0]
    assert sorted(new.deliveries().values_list("subject", flat=True)) == ["thg_1", "thg_2", "thg_3"]
    assert AuditEvent.objects.filter(action="core.outbox.replay", data__count=2).count() == 1
    dispatch.drain(queue=queue)
    assert new.effects() == 3


@pytest.mark.django_db
def test_replay_leaves_what_is_older_and_refuses_an_unknown_handler(queue):
    receiver = Receiver(queue)
    receiver.publish()

    with pytest.raises(LookupError):
        dispatch.replay(handler="a.unknown", since=AT, by=BY, at=AT)
    assert dispatch.replay(handler=receiver.name, since=clock.now() + timedelta(days=1), by=BY, at=AT) == 0


@pytest.mark.django_db
def test_a_dead_delivery_is_revived_once(queue):
    receiver = Receiver(queue)
    receiver.publish()
    receiver.deliveries().update(state="dead", attempts=12, last_error="Unavailable")
    key = receiver.deliveries().get().pk

    dispatch.revive(delivery=key, by=BY, at=AT)

    assert receiver.states() == [("pending", 0)]
    assert AuditEvent.objects.filter(action="core.outbox_delivery.revive").count() == 1
    with pytest.raises(DeliveryNotDead):
        dispatch.revive(delivery=key, by=BY, at=AT)
    with pytest.raises(NotFound):
        dispatch.revive(delivery=uuid4(), by=BY, at=AT)
    dispatch.drain(queue=queue)
    assert receiver.states() == [("done", 1)]


@pytest.mark.django_db
def test_selectors_tell_what_waits(queue):
    receiver = Receiver(queue, Unavailable())
    assert (deliveries.due_handlers(), deliveries.counts(), deliveries.oldest_due_s()) == (set(), {}, 0)
    receiver.publish()
    receiver.publish()
    receiver.deliveries().update(next_at=Now() - timedelta(seconds=90))

    assert deliveries.oldest_due_s() == 90
    assert deliveries.due_handlers() == {receiver.name}
    dispatch.drain(queue=queue)
    assert deliveries.counts() == {"pending": 1}


def test_many_runners_at_once_run_everything_once(committed_db, queue):
    receiver = Receiver(queue)
    for number in range(40):
        receiver.publish(f"thg_{number}")

    counts = together(*[lambda: dispatch.drain(queue=queue)] * 4)

    assert sum(counts) == 40
    assert set(receiver.states()) == {("done", 1)}
    assert receiver.effects() == 40


@pytest.mark.parametrize("after", range(5))
def test_a_killed_database_handler_leaves_nothing_and_runs_again(committed_db, queue, after):
    """Its connection ends while it works, after some deliveries were done."""
    receiver = Receiver(queue, *[None] * after, Killed())
    for number in range(6):
        receiver.publish(f"thg_{number}")

    with pytest.raises(DatabaseError):
        dispatch.drain(queue=queue)
    connection.close()

    assert receiver.effects() == after
    assert receiver.states() == [("done", 1)] * after + [("pending", 0)] * (6 - after)
    dispatch.drain(queue=queue)
    assert receiver.states() == [("done", 1)] * 6
    assert receiver.effects() == 6


def test_a_killed_network_handler_runs_again_after_its_lease(committed_db, queue):
    receiver = Receiver(queue, KeyboardInterrupt(), kind="network")
    receiver.publish()
    with pytest.raises(KeyboardInterrupt):
        dispatch.drain(queue=queue)
    assert receiver.states() == [("running", 1)]

    receiver.deliveries().update(lease_until=Now())
    dispatch.sweep(by=BY, at=AT)
    dispatch.drain(queue=queue)

    assert receiver.states() == [("done", 2)]
    assert [news.delivery for news in receiver.seen] == [receiver.deliveries().get().pk] * 2
