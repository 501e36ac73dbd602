"""What time does to work."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.core import clock
from apps.core.models import AuditEvent
from apps.workflow import selectors
from apps.workflow.services import leases, queues
from tests.factories import workflow as make

pytestmark = pytest.mark.django_db


def end_all_leases():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workflow_workitem SET lease_until = clock_timestamp() WHERE state = 'claimed'")


def test_sweep_gives_back_what_nobody_holds(item, ana, ben):
    queues.claim_next(queue=make.QUEUE.code, by=ana, at=clock.now())
    end_all_leases()

    count = leases.sweep(by=ben, at=clock.now())

    item.refresh_from_db()
    assert (count, item.state, item.claimed_by, item.version) == (1, "open", "", 3)
    lost = selectors.events(item.pk).get(kind="heartbeat_lost")
    assert lost.actor_id == ana.id
    assert AuditEvent.objects.get(action="workflow.work_item.heartbeat_lost").data["holder"] == ana.id


def test_sweep_leaves_live_leases_alone(item, ana, ben, written):
    queues.claim_next(queue=make.QUEUE.code, by=ana, at=clock.now())
    before = written()

    assert leases.sweep(by=ben, at=clock.now()) == 0
    assert written() == before


def test_sweep_raises_what_is_late_once(unit, ana):
    at = clock.now()
    with unit():
        make.work_item(priority=9)
        late = make.work_item(due_at=at - timedelta(seconds=1))

    assert [leases.sweep(by=ana, at=at), leases.sweep(by=ana, at=at)] == [1, 0]
    assert queues.claim_next(queue=make.QUEUE.code, by=ana, at=at).pk == late.pk


def test_extend_makes_the_live_leases_of_one_person_whole(unit, ana, ben, written):
    with unit():
        _, lost, _ = (make.work_item() for _ in range(3))
    for person in (ana, ana, ben):
        queues.claim_next(queue=make.QUEUE.code, by=person, at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workflow_workitem SET lease_until = clock_timestamp() + interval '5 s'")
        cursor.execute("UPDATE workflow_workitem SET lease_until = clock_timestamp() WHERE id = %s", [lost.pk])
    before = written()[0]

    assert leases.extend(queue=make.QUEUE.code, by=ana, at=clock.now()) == 1
    soon = selectors.DATABASE_TIME + timedelta(minutes=14)
    assert selectors.claimed_by(ana.id).filter(lease_until__gt=soon).count() == 1
    assert selectors.claimed_by(ben.id).filter(lease_until__gt=soon).count() == 0
    assert written()[0] == before
