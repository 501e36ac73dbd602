"""Several people at once: nothing is given to two, and one decides."""

from functools import partial

import pytest

from apps.core import clock, db
from apps.workflow.models import WorkItem
from apps.workflow.services import leases, queues
from tests.factories import workflow as make
from tests.support.threads import together


def until_nothing_waits(queue, person):
    found = []
    while item := queues.claim_next(queue=queue.code, by=person, at=clock.now()):
        found.append(item.pk)
    return found


@pytest.mark.slow
def test_sixteen_people_never_get_the_same(committed_db, unit):
    queue = make.own_queue(most=1_000)
    with unit():
        made = {make.work_item(queue).pk for _ in range(320)}

    found = together(*[partial(until_nothing_waits, queue, make.person()) for _ in range(16)])

    given = [key for keys in found for key in keys]
    assert len(given) == len(set(given)) == 320
    assert set(given) == made


def test_one_of_two_decides(committed_db, unit):
    queue = make.own_queue()
    with unit():
        subject = make.thing()
        item = make.work_item(queue, subject=subject)
    first, second = make.person(), make.person()
    queues.claim_next(queue=queue.code, by=first, at=clock.now())

    def decide(person):
        with db.unit(by=person, at=clock.now(), why="decide"):
            queues.require(item.pk, subject=subject, version=2, by=person)
            return queues.close(item.pk, outcome=person.id).outcome

    found = together(partial(decide, first), partial(decide, second), partial(decide, first))

    assert sorted(one if isinstance(one, str) else type(one).__name__ for one in found) == sorted(
        [first.id, "LeaseLost", "LeaseLost"]
    )
    assert WorkItem.objects.get(pk=item.pk).outcome == first.id


def test_two_sweeps_give_back_once(committed_db, unit):
    queue = make.own_queue()
    with unit():
        item = make.work_item(queue)
    queues.claim_next(queue=queue.code, by=make.person(), at=clock.now())
    with unit():
        WorkItem.objects.filter(pk=item.pk).update(lease_until=item.opened_at)
    sweep = partial(leases.sweep, by=make.person(), at=clock.now())

    together(sweep, sweep)

    assert WorkItem.objects.get(pk=item.pk).events.filter(kind="heartbeat_lost").count() == 1
