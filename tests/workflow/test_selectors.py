"""Reading queues and work."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.errors import NotFound
from apps.workflow import selectors
from apps.workflow.services import queues
from tests.factories import workflow as make

pytestmark = pytest.mark.django_db
QUEUE = make.QUEUE.code


def test_work_of_other_queues_is_not_found(item):
    assert selectors.item(item.pk, queues=[QUEUE]).pk == item.pk
    with pytest.raises(NotFound):
        selectors.item(item.pk, queues=[make.SHORT.code])


def test_my_work_is_what_i_hold(unit, item, ana, ben):
    with unit():
        make.work_item()
    queues.claim_next(queue=QUEUE, by=ana, at=clock.now())
    queues.claim_next(queue=QUEUE, by=ben, at=clock.now())

    assert [one.pk for one in selectors.claimed_by(ana.id)] == [item.pk]


def test_figures_count_each_queue_in_one_query(unit, item, ana, django_assert_num_queries):
    at = clock.now()
    with unit():
        make.work_item(due_at=at - timedelta(hours=1))
        make.work_item()
    queues.claim_next(queue=QUEUE, by=ana, at=at)

    with django_assert_num_queries(1):
        found = selectors.figures(queues=[QUEUE, make.SHORT.code], at=at)

    assert {key: found[QUEUE][key] for key in ("waiting", "claimed", "late")} == {"waiting": 2, "claimed": 1, "late": 1}
    assert found[make.SHORT.code]["waiting"] == 0


def test_live_work_of_a_subject_is_found(unit):
    with unit():
        thing = make.thing()
        item = make.work_item(subject=thing)

    assert selectors.live_of(thing, queue=QUEUE).pk == item.pk
    assert selectors.live_of(thing, queue=make.SHORT.code) is None
    assert list(selectors.items(queue=QUEUE)) == [item]


def test_places_are_those_in_which_work_is_taken(unit, ana):
    late, soon = clock.now() + timedelta(hours=2), clock.now() + timedelta(hours=1)
    with unit():
        rows = [
            make.work_item(due_at=due_at, priority=priority)
            for due_at, priority in ((None, 0), (late, 0), (soon, 0), (late, 5), (None, 5), (late, 0))
        ]

    order = [selectors.place(row) for row in rows]

    assert order == [6, 4, 3, 1, 2, 5]
    first = queues.claim_next(queue=rows[0].queue, by=ana, at=clock.now())
    assert (first, selectors.place(first)) == (rows[3], None)
