"""Units and ordered locks: one transaction, one instant, low ranks first, refusals as errors that callers know."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.core import audit, clock, db, ids
from apps.core.actors import Actor
from apps.core.errors import Duplicate, LockOrderViolation, NotFound, NoUnit, ProgrammingFault, UnitMismatch
from apps.core.models import AuditEvent
from tests.specimens import factories as make
from tests.specimens.models import Paper, Shelf
from tests.support.units import PROVER, unit
from tests.support.written import nothing_written


def made(factory, **columns):
    with unit():
        return factory(**columns)


def test_what_a_unit_wrote_is_there_for_all_or_for_nobody(committed_db):
    codes = make.word(), make.word()

    def half():
        make.shelf(code=codes[0])
        db.lock(Shelf, ids.new())

    with pytest.raises(NotFound), unit():
        half()
    with unit():
        make.shelf(code=codes[1])

    assert list(Shelf.objects.filter(code__in=codes).values_list("code", flat=True)) == [codes[1]]


@pytest.mark.django_db
def test_a_refusal_inside_a_joined_unit_undoes_the_outer_one():
    at = clock.now()

    def outer():
        make.shelf()
        with db.unit(by=PROVER, at=at):
            db.lock(Shelf, ids.new())

    with nothing_written(), pytest.raises(NotFound), db.unit(by=PROVER, at=at):
        outer()


@pytest.mark.django_db
def test_a_row_saved_last_is_written_with_its_history_by_the_end_of_the_unit(django_assert_num_queries):
    with unit(), django_assert_num_queries(0):
        shelf = Shelf(code=make.word())
        shelf.save_last()

    assert Shelf.objects.get(pk=shelf.pk).version == 1
    assert shelf.history.count() == 1


@pytest.mark.django_db
def test_a_part_of_a_unit_that_fails_alone_leaves_nothing_to_be_written_later():
    codes = make.word(), make.word()

    def fail():
        with db.savepoint():
            Shelf(code=codes[1]).save_last()
            db.lock(Shelf, ids.new())

    with unit():
        Shelf(code=codes[0]).save_last()
        with pytest.raises(NotFound):
            fail()

    assert list(Shelf.objects.filter(code__in=codes).values_list("code", flat=True)) == [codes[0]]


@pytest.mark.django_db
def test_a_unit_ends_once():
    sent = []
    with unit() as open_:
        open_.end_with(sent.append)
        with pytest.raises(ProgrammingFault):
            open_.end_with(sent.append)

    assert sent == [[]]


def test_nothing_is_open_outside_a_unit():
    assert not db.is_open()
    with pytest.raises(NoUnit, match=r"open db\.unit"):
        db.current()


@pytest.mark.django_db
def test_a_unit_of_another_instant_is_not_joined():
    at = clock.now()

    with nothing_written(), db.unit(by=PROVER, at=at):
        with pytest.raises(UnitMismatch), db.unit(by=PROVER, at=at + timedelta(microseconds=1)):
            pass
        with db.unit(by=PROVER, at=at) as joined:
            assert joined is db.current()


def test_a_unit_is_closed_again_after_a_refusal(committed_db):
    with pytest.raises(NotFound), unit():
        db.lock(Shelf, ids.new())

    assert not db.is_open()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned()")
        assert cursor.fetchone() == (None,)


@pytest.mark.django_db
def test_an_actor_that_signs_in_half_way_is_asked_at_each_write():
    actors = [Actor(kind="system", id="system:signup"), Actor(kind="customer", id="usr_1")]

    with db.unit(by=lambda: actors[0], at=clock.now()):
        first = make.shelf()
        actors.reverse()
        second = make.shelf()

    assert [row.history.get().history_user_id for row in (first, second)] == ["system:signup", "usr_1"]


@pytest.mark.django_db
def test_locked_rows_are_fresh_and_in_the_order_asked_for(django_assert_num_queries):
    rows = sorted((made(make.shelf) for _ in range(3)), key=lambda row: row.pk)
    Shelf.objects.get(pk=rows[0].pk)
    with unit():
        Shelf.objects.filter(pk=rows[0].pk).change(note="new")

    with unit(), django_assert_num_queries(1) as queries:
        found = db.lock(Shelf, rows[2].pk, rows[0].pk, rows[2].pk)

    assert [row.pk for row in found] == [rows[2].pk, rows[0].pk, rows[2].pk]
    assert found[1].note == "new"
    assert queries.captured_queries[0]["sql"].endswith('ORDER BY "specimens_shelf"."id" ASC FOR NO KEY UPDATE')


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mode", "clause"), [("hold", "FOR SHARE"), ("change", "FOR NO KEY UPDATE"), ("remove", "FOR UPDATE")]
)
def test_each_mode_locks_as_it_says(django_assert_num_queries, mode, clause):
    row = made(make.shelf)

    with unit(), django_assert_num_queries(1) as queries:
        db.lock(Shelf, row.pk, mode=mode)

    assert queries.captured_queries[0]["sql"].endswith(clause)


@pytest.mark.django_db
def test_a_missing_or_removed_row_is_not_locked():
    here, removed, missing = made(make.shelf), made(make.shelf), ids.new()
    with unit():
        removed.delete()

    for key in (removed.pk, missing):
        with unit(), pytest.raises(NotFound) as refused:
            db.lock(Shelf, here.pk, key)
        assert refused.value.context == {"model": "specimens.Shelf", "ids": [str(key)]}


@pytest.mark.django_db
def test_no_rows_are_locked_without_a_query(django_assert_num_queries):
    with unit(), django_assert_num_queries(0):
        assert db.lock(Shelf) == []


@pytest.mark.django_db
def test_a_lower_rank_after_a_higher_one_is_a_fault():
    paper, shelf = made(make.paper), made(make.shelf)

    with unit():
        db.lock(Shelf, shelf.pk)
        with pytest.raises(LockOrderViolation, match=r"specimens\.Paper \(rank 111\) asked for after rank 112"):
            db.lock(Paper, paper.pk)
    with unit():
        db.lock(Paper, paper.pk)
        db.lock(Shelf, shelf.pk)


@pytest.mark.django_db
def test_other_rows_of_the_same_rank_are_a_fault_and_the_same_ones_are_not():
    first, second = made(make.shelf), made(make.shelf)

    with unit():
        db.lock(Shelf, first.pk)
        db.lock(Shelf, first.pk)
        db.lock(Shelf, first.pk, mode="hold")
        with pytest.raises(LockOrderViolation):
            db.lock(Shelf, second.pk)


@pytest.mark.django_db
def test_a_stronger_mode_of_a_held_row_is_a_fault():
    row = made(make.shelf)

    with unit():
        db.lock(Shelf, row.pk, mode="hold")
        with pytest.raises(LockOrderViolation):
            db.lock(Shelf, row.pk, mode="change")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "write",
    [
        lambda row: row.save(),
        lambda row: row.delete(),
        lambda row: Paper.objects.filter(pk=row.pk).change(title="x"),
        lambda row: Paper.objects.bulk_change([row], ["title"]),
    ],
    ids=["save", "delete", "change", "bulk_change"],
)
def test_writes_count_as_locks(write):
    paper, shelf = made(make.paper), made(make.shelf)
    paper.title = "Other"

    with nothing_written(), unit():
        db.lock(Shelf, shelf.pk)
        with pytest.raises(LockOrderViolation):
            write(paper)


@pytest.mark.django_db
def test_rows_that_the_unit_made_are_free_of_the_order():
    shelf = made(make.shelf)

    with unit():
        paper = make.paper(shelf=shelf)
        db.lock(Shelf, shelf.pk)
        paper.title = "Other"
        paper.save()
        paper.delete()

    assert paper.history.count() == 3


@pytest.mark.django_db
def test_a_call_that_locks_by_itself_comes_once_and_in_order():
    shelf = made(make.shelf)

    with unit() as opened:
        opened.take_rank(100, "the ledger call")
        with pytest.raises(LockOrderViolation, match="the ledger call"):
            opened.take_rank(100, "the ledger call")
        db.lock(Shelf, shelf.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [19, 20, 200])
def test_many_rows_saved_last_are_each_written_with_their_history(count):
    shelves = [Shelf(code=make.word()) for _ in range(count)]

    with unit():
        for shelf in shelves:
            shelf.save_last()
            audit.record(action="core.shelf.make", subject=shelf, related=["a", "b"], data={"code": shelf.code})

    keys = [shelf.pk for shelf in shelves]
    assert Shelf.objects.filter(pk__in=keys, version=1).count() == count
    written = Shelf.history.model.objects.filter(id__in=keys, history_type="+")
    assert set(written.values_list("id", "code")) == {(shelf.pk, shelf.code) for shelf in shelves}
    events = AuditEvent.objects.filter(subject__in=[shelf.ref for shelf in shelves])
    assert {(one.subject, one.data["code"], *one.related) for one in events} == {
        (shelf.ref, shelf.code, "a", "b") for shelf in shelves
    }


@pytest.mark.django_db
def test_what_the_database_refuses_of_many_rows_is_told_as_of_one():
    def twice():
        with unit():
            for code in [*(make.word() for _ in range(30)), "twice", "twice"]:
                Shelf(code=code).save_last()

    with nothing_written(), pytest.raises(Duplicate):
        twice()
