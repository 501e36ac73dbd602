"""Publishing: a message, one delivery per handler, one nudge per queue after the commit."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import DatabaseError, connection, connections

from apps.core import actors, crypto, db, jobs, outbox
from apps.core.actors import Actor, Via
from apps.core.errors import NoUnit, ProgrammingFault, Unavailable
from apps.core.models import OutboxDelivery, OutboxMessage
from tests.factories import core as make

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY = Actor(kind="customer", id="usr_1", via=Via(door="api", request_id="req-1"))


@pytest.fixture(autouse=True)
def no_handlers(monkeypatch):
    monkeypatch.setattr(outbox, "_handlers", {})


@pytest.fixture
def queue_of_test():
    return f"q{uuid4().hex}"


def waiting(queue):
    """Return the tasks that wait in a queue of the broker."""
    with current_app.connection_for_read() as broker:
        return [task.decode() for task in broker.default_channel.client.lrange(queue, 0, -1)]


def handle(topic, name, **options):
    outbox.handles(topic, name=name, **options)(lambda news: None)


def publish(topic="core.thing.made", **options):
    with db.unit(by=BY, at=AT):
        message = outbox.publish(topic, **{"subject": "thg_1", **options})
    return OutboxMessage.objects.get(pk=message)


@pytest.mark.django_db
def test_publish_writes_the_message():
    message = publish(customer="cus_1", data={"money": {"amount": 5, "currency": "USD"}})

    stored = OutboxMessage.objects.get()
    assert stored.pk == message.pk
    assert (stored.topic, stored.subject, stored.customer_ref) == ("core.thing.made", "thg_1", "cus_1")
    assert stored.data == {"money": {"amount": 5, "currency": "USD"}}
    assert (stored.actor_id, stored.request_id, stored.at) == ("usr_1", "req-1", AT)
    assert OutboxDelivery.objects.count() == 0


@pytest.mark.django_db
def test_publish_writes_one_delivery_for_each_handler_of_the_topic():
    handle("core.thing.made", "a.earn")
    handle("core.thing.made", "b.tell", kind="network", queue="mail")
    handle("core.thing.lost", "c.other")

    message = publish()

    rows = OutboxDelivery.objects.order_by("handler").values_list("message_id", "handler", "subject", "state")
    assert list(rows) == [(message.pk, "a.earn", "thg_1", "pending"), (message.pk, "b.tell", "thg_1", "pending")]


@pytest.mark.django_db
def test_a_delivery_is_due_by_the_clock_of_the_database():
    handle("core.thing.made", "a.earn")

    publish()

    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        assert OutboxDelivery.objects.get().next_at == cursor.fetchone()[0]


@pytest.mark.django_db
def test_publish_takes_a_row_as_its_typed_id():
    with db.unit(by=BY, at=AT):
        event = make.audit_event()
        message = outbox.publish("core.thing.made", subject=event)

    assert OutboxMessage.objects.get(pk=message).subject == event.ref


@pytest.mark.django_db
def test_publish_needs_a_unit():
    with pytest.raises(NoUnit):
        outbox.publish("core.thing.made", subject="thg_1")


@pytest.mark.django_db
def test_one_unit_nudges_each_queue_once(django_capture_on_commit_callbacks):
    handle("core.thing.made", "a.earn")
    handle("core.thing.made", "b.tell", queue="mail")

    with django_capture_on_commit_callbacks() as nudges, db.unit(by=BY, at=AT):
        for _ in range(3):
            outbox.publish("core.thing.made", subject="thg_1")

    assert len(nudges) == 2


@pytest.mark.django_db
def test_without_handlers_nobody_is_nudged(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as nudges:
        publish()

    assert nudges == []


def test_two_handlers_of_one_name_are_refused():
    handle("core.thing.made", "a.earn")

    with pytest.raises(ProgrammingFault):
        handle("core.thing.lost", "a.earn")


def test_handlers_are_found_by_name():
    handle("core.thing.made", "a.earn", kind="network", ordered=True, queue="mail")

    found = outbox.handler("a.earn")
    assert (found.topic, found.kind, found.ordered, found.queue) == ("core.thing.made", "network", True, "mail")
    assert outbox.handlers() == [found]
    assert outbox.handler("a.other") is None


@pytest.mark.parametrize(("alias", "sqlstate"), [("default", "42501"), ("owner", "23001")])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_outboxmessage SET topic = 'x'",
        "DELETE FROM core_outboxmessage",
        "TRUNCATE core_outboxmessage CASCADE",
        "TRUNCATE core_outboxmessage_default",
        "DELETE FROM core_outboxdelivery",
        "TRUNCATE core_outboxdelivery",
    ],
)
def test_messages_and_deliveries_stay_against_raw_sql(committed_db, alias, sqlstate, statement):
    handle("core.thing.made", "a.earn")
    message = publish()

    with pytest.raises(DatabaseError) as refused, connections[alias].cursor() as cursor:
        cursor.execute(statement)

    assert refused.value.__cause__.sqlstate == sqlstate
    assert OutboxDelivery.objects.filter(message_id=message.pk).count() == 1


@pytest.mark.django_db
def test_a_delivery_keeps_its_message_and_handler():
    handle("core.thing.made", "a.earn")
    publish()

    with pytest.raises(DatabaseError) as refused:
        OutboxDelivery.objects.update(handler="b.other")

    assert refused.value.__cause__.sqlstate == "23001"


def test_system_actor_of_a_receiver_keeps_the_request():
    by = actors.system("a.earn", door="receiver", request_id="req-1")

    assert (by.id, by.via.door, by.via.request_id) == ("system:a.earn", "receiver", "req-1")


@pytest.mark.django_db
def test_a_nudge_is_sent_after_the_commit(queue_of_test, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        with db.unit(by=BY, at=AT):
            outbox.nudge("core.test.any", queue=queue_of_test, thing="thg_1")
        assert waiting(queue_of_test) == []

    (task,) = waiting(queue_of_test)
    assert "thg_1" in task


@pytest.mark.django_db
def test_an_entrusted_text_is_read_by_its_task_and_forgotten(queue_of_test, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        with db.unit(by=BY, at=AT):
            outbox.entrust("core.test.any", queue=queue_of_test, text="code 314159", expires_in_s=60)
        assert waiting(queue_of_test) == []
    (task,) = waiting(queue_of_test)
    secret = re.search(r"'secret': '([^']+)'", task)[1]

    assert jobs.entrusted(secret) == "code 314159"
    assert ("314159" in task, b"314159" in cache.get(f"entrusted:{secret}")) == (False, False)
    assert 50 < cache._cache.get_client(write=False).ttl(cache.make_key(f"entrusted:{secret}")) <= 60
    jobs.forget(secret)
    assert jobs.entrusted(secret) is None


@pytest.mark.django_db
def test_an_entrusted_text_opens_under_its_own_id_alone(queue_of_test, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), db.unit(by=BY, at=AT):
        outbox.entrust("core.test.any", queue=queue_of_test, text="code 314159", expires_in_s=60)
    secret = re.search(r"'secret': '([^']+)'", waiting(queue_of_test)[0])[1]
    cache.set("entrusted:other", cache.get(f"entrusted:{secret}"))

    with pytest.raises(crypto.Unreadable):
        jobs.entrusted("other")


@pytest.mark.django_db
def test_an_entrusted_text_is_lost_while_redis_is_away_and_the_unit_is_not(
    queue_of_test, settings, django_capture_on_commit_callbacks
):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock"}}

    with django_capture_on_commit_callbacks(execute=True), db.unit(by=BY, at=AT):
        outbox.entrust("core.test.any", queue=queue_of_test, text="code 314159", expires_in_s=60)
        outbox.publish("core.thing.made", subject="thg_entrusted")

    assert waiting(queue_of_test) == []
    assert OutboxMessage.objects.filter(subject="thg_entrusted").exists()
    with pytest.raises(Unavailable):
        jobs.entrusted("any")
    jobs.forget("any")


@pytest.mark.parametrize(
    "call",
    [
        lambda: outbox.nudge("core.test.any", queue="default"),
        lambda: outbox.entrust("core.test.any", queue="default", text="code", expires_in_s=60),
    ],
)
def test_a_task_after_the_commit_needs_a_unit(call):
    with pytest.raises(NoUnit):
        call()
