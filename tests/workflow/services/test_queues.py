"""Claiming, holding, releasing and deciding work."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.core import clock, db
from apps.core.errors import InvalidState, NotFound, Stale
from apps.core.models import AuditEvent, OutboxMessage
from apps.workflow import selectors
from apps.workflow.enums import WorkItemState
from apps.workflow.errors import AlreadyQueued, FreePickRefused, LeaseLost, QueueUnknown, TooManyLeases
from apps.workflow.models import WorkItem
from apps.workflow.services import queues
from apps.workflow.services.queues import Demand, Fit
from tests.factories import workflow as make

pytestmark = pytest.mark.django_db
QUEUE = make.QUEUE.code


def take(person, queue=QUEUE, **fit):
    return queues.claim_next(queue=queue, fit=Fit(**fit), by=person, at=clock.now())


def about(item):
    return next(row for row in AuditEvent.objects.filter(action="tests.thing.make") if row.ref == item.subject_id)


def decide(item, person, subject=None, version=None):
    with db.unit(by=person, at=clock.now(), why="decide"):
        queues.require(item.pk, subject=subject or about(item), version=version or item.version, by=person)
        return queues.close(item.pk, outcome="done", reason="because")


def lose(item):
    """Move the end of a lease into the past: it counts in the database's time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workflow_workitem SET lease_until = clock_timestamp() - interval '1 second' WHERE id = %s",
            [item.pk],
        )


def news():
    return list(OutboxMessage.objects.order_by("id").values_list("topic", flat=True))


def happened(item):
    return list(selectors.events(item.pk).values_list("kind", flat=True))


def test_open_puts_a_subject_into_the_queue(item):
    assert (item.queue, item.subject_id, item.subject_type) == (QUEUE, about(item).ref, "core.auditevent")
    assert (item.state, item.version, item.claims) == (WorkItemState.OPEN, 1, 0)
    assert news() == ["workflow.work_item.opened"]


def test_open_refuses_a_subject_that_waits_already(item, unit, written):
    subject, before = about(item), written()

    with pytest.raises(AlreadyQueued), unit():
        make.work_item(subject=subject)

    assert written() == before


def test_open_takes_a_subject_again_after_its_decision(item, unit, ana):
    take(ana)
    item.refresh_from_db()
    decide(item, ana)

    with unit():
        again = make.work_item(subject=about(item))

    assert again.state == WorkItemState.OPEN


def test_an_unknown_queue_is_refused(ana, written):
    before = written()

    with pytest.raises(QueueUnknown):
        take(ana, queue="tests.nowhere")

    assert written() == before


def test_claim_next_gives_a_lease_in_database_time(item, ana):
    found = take(ana)

    assert (found.pk, found.state, found.claimed_by, found.version, found.claims) == (item.pk, "claimed", ana.id, 2, 1)
    assert found.lease_until - found.started_at > timedelta(minutes=14)
    assert happened(item) == ["claimed"]
    assert news() == ["workflow.work_item.opened", "workflow.work_item.claimed"]
    event = AuditEvent.objects.get(action="workflow.work_item.claimed")
    assert (event.actor_id, event.subject, event.related) == (ana.id, item.ref, [item.subject_id])


def test_claim_next_of_an_empty_queue_is_none(ana, written):
    before = written()

    assert take(ana) is None
    assert written() == before


def test_claim_next_takes_the_most_urgent(unit, ana):
    at = clock.now()
    with unit():
        plain = make.work_item()
        later = make.work_item(due_at=at + timedelta(days=2))
        sooner = make.work_item(due_at=at + timedelta(days=1))
        first = make.work_item(priority=1)
    everybody = [make.person() for _ in range(4)]

    assert [take(person).pk for person in everybody] == [first.pk, sooner.pk, later.pk, plain.pk]


def test_claim_next_gives_what_fits_the_person(unit, ana):
    with unit():
        make.work_item(demand=Demand(skills=["edd"]))
        make.work_item(demand=Demand(locales=["ja"]))
        make.work_item(demand=Demand(tier=2))
        make.work_item(customer="cus_own")

    assert take(ana, avoids=["cus_own"]) is None
    assert take(ana, skills=["edd", "x"], avoids=["cus_own"]).skills == ["edd"]
    assert take(ana, locales=["ja"], avoids=["cus_own"]).locales == ["ja"]
    assert take(ana, tier=2, avoids=["cus_own"]).tier == 2


def test_claim_next_stops_at_the_cap(unit, ana, ben, written):
    with unit():
        for _ in range(5):
            make.work_item()
    for _ in range(3):
        take(ana)
    before = written()

    with pytest.raises(TooManyLeases):
        take(ana)

    assert written() == before
    assert take(ben) is not None


def test_a_sealed_queue_publishes_nothing(unit, ana):
    with unit():
        make.work_item(make.SEALED)
    take(ana, queue=make.SEALED.code)

    assert news() == []


def test_a_picker_may_choose(unit, item):
    lead = make.person("", "lead")

    found = queues.claim(item.pk, by=lead, at=clock.now())

    assert (found.state, found.claimed_by, found.version) == ("claimed", lead.id, 2)


def test_others_may_not_choose(item, ana, written):
    before = written()

    with pytest.raises(FreePickRefused):
        queues.claim(item.pk, by=ana, at=clock.now())

    assert written() == before


def test_a_live_claim_is_not_taken_over(item, ana, written):
    take(ana)
    before = written()

    with pytest.raises(InvalidState):
        queues.claim(item.pk, by=make.person("", "lead"), at=clock.now())

    assert written() == before


def test_an_ended_claim_may_be_claimed_again_by_its_holder(item, ana):
    take(ana)
    lose(item)

    found = queues.claim(item.pk, by=ana, at=clock.now())

    assert (found.claimed_by, found.claims) == (ana.id, 2)
    assert happened(item) == ["claimed", "heartbeat_lost", "claimed"]


def test_heartbeat_extends_the_lease_and_keeps_the_version(item, ana):
    before = take(ana)

    after = queues.heartbeat(item.pk, by=ana, at=clock.now())

    assert after.lease_until > before.lease_until
    assert after.version == before.version


@pytest.mark.parametrize("how", ["another", "ended", "unclaimed"])
def test_a_lease_that_is_not_mine_is_lost(item, ana, ben, how, written):
    if how != "unclaimed":
        take(ana)
    if how == "ended":
        lose(item)
    item.refresh_from_db()
    person = ben if how == "another" else ana
    before = written()

    for call in (
        lambda: queues.heartbeat(item.pk, by=person, at=clock.now()),
        lambda: decide(item, person),
    ):
        with pytest.raises(LeaseLost):
            call()

    assert written() == before


def test_release_gives_it_back(item, ana, ben):
    take(ana)

    back = queues.release(item.pk, by=ana, at=clock.now())

    assert (back.state, back.claimed_by, back.lease_until) == ("open", "", None)
    assert take(ben).pk == item.pk
    assert news()[-2:] == ["workflow.work_item.released", "workflow.work_item.claimed"]


def test_release_of_anothers_claim_is_refused(item, ana, ben, written):
    take(ana)
    before = written()

    with pytest.raises(LeaseLost):
        queues.release(item.pk, by=ben, at=clock.now())

    assert written() == before


def test_a_decision_closes_the_work(item, ana):
    take(ana)
    item.refresh_from_db()

    closed = decide(item, ana)

    assert (closed.state, closed.outcome, closed.claimed_by, closed.owner_id) == ("decided", "done", "", ana.id)
    assert closed.closed_at is not None
    assert happened(item) == ["claimed", "decided"]
    assert news()[-1] == "workflow.work_item.decided"


def test_a_decision_needs_the_version_that_was_seen(item, ana, written):
    take(ana)
    before = written()

    with pytest.raises(Stale) as refused:
        decide(item, ana, version=1)

    assert refused.value.context == {"version": 2}
    assert written() == before


def test_a_lease_on_one_subject_decides_no_other(item, unit, ana, written):
    claimed = take(ana)
    with unit():
        other = make.work_item()
    before = written()

    with pytest.raises(LeaseLost):
        decide(claimed, ana, subject=about(other))

    assert written() == before


def test_decided_work_is_over(item, ana, written):
    take(ana)
    item.refresh_from_db()
    decide(item, ana)
    before = written()

    with pytest.raises(LeaseLost):
        decide(item, ana)
    with pytest.raises(InvalidState):
        queues.claim(item.pk, by=ana, at=clock.now())

    assert written() == before


def test_unknown_work_is_not_found(ana):
    with pytest.raises(NotFound):
        queues.heartbeat(make.nowhere(), by=ana, at=clock.now())


def test_claim_next_counts_its_statements(item, ana, django_assert_num_queries):
    with django_assert_num_queries(7):
        take(ana)

    assert WorkItem.objects.filter(state="claimed").count() == 1
