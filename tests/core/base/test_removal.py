"""Removing and restoring rows: hidden, never gone, and only when nothing live refers to them."""

import pytest

from apps.core.errors import Duplicate, InUse, InvalidReference
from tests.specimens import factories as make
from tests.specimens.models import Paper, Shelf
from tests.support.units import PROVER, later, unit
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def made(factory, **columns):
    with unit():
        return factory(**columns)


def versions(row):
    return list(row.history.order_by("version").values_list("version", "history_type"))


def test_a_removal_hides_the_row_and_leaves_its_values_in_history():
    row = made(make.shelf)

    with unit() as opened:
        removed = (row.delete(), row.delete())

    last = row.history.get(history_type="-")
    assert removed == (1, 0)
    assert (last.deleted_at, last.deleted_by, last.code) == (opened.at, PROVER.id, row.code)
    assert (Shelf.objects.filter(pk=row.pk).count(), Shelf.all_objects.filter(pk=row.pk).count()) == (0, 1)
    assert versions(row) == [(1, "+"), (2, "-")]


def test_a_removed_row_is_reached_by_reference_and_refreshed():
    row = made(make.shelf)
    paper = made(make.paper, origin=row)
    with unit():
        row.delete()

    assert Paper.objects.get(pk=paper.pk).origin == row
    row.refresh_from_db()
    assert row.deleted_by == PROVER.id


def test_a_removed_row_stays_removed_when_it_is_saved():
    row = made(make.shelf)
    with unit():
        row.delete()
    row.note = "late"

    with unit():
        row.save()

    assert Shelf.all_objects.values_list("note", "version").get(pk=row.pk) == ("late", 3)
    assert not Shelf.objects.filter(pk=row.pk).exists()


def test_a_removal_does_not_hide_what_else_was_set():
    row = made(make.shelf)
    row.note = "late"
    with unit():
        row.delete()
    with unit():
        row.save()

    assert list(row.history.order_by("version").values_list("note", flat=True)) == ["", "", "late"]


def test_a_restored_row_is_live_and_restoring_twice_changes_nothing():
    row = made(make.shelf)
    with unit():
        row.delete()

    with unit():
        restored = (row.restore(), row.restore())

    assert restored == (1, 0)
    assert Shelf.objects.get(pk=row.pk).deleted_at is None
    assert versions(row) == [(1, "+"), (2, "-"), (3, "~")]


def test_a_value_is_free_again_after_the_removal_under_live_and_never_under_eternal():
    shelf = made(make.shelf)
    paper = made(make.paper, shelf=shelf)
    with unit():
        paper.delete()

    second = made(make.paper, shelf=shelf)

    assert (second.title, second.shelf_id) == (paper.title, shelf.pk)
    with nothing_written(), pytest.raises(Duplicate) as refused:
        made(make.paper, shelf=shelf, title="Other", number=paper.number)
    assert refused.value.context == {"constraint": "specimens_paper_number"}


def test_a_restoration_whose_value_was_taken_is_refused():
    shelf = made(make.shelf)
    paper = made(make.paper, shelf=shelf)
    with unit():
        paper.delete()
    made(make.paper, shelf=shelf)

    with nothing_written(), pytest.raises(Duplicate) as refused, unit():
        paper.restore()

    assert (refused.value.code, refused.value.status) == ("duplicate", 409)


def test_a_rule_of_a_state_holds_in_that_state_alone():
    reader = make.word()
    made(make.loan, reader=reader, status="done")
    made(make.loan, reader=reader)

    with nothing_written(), pytest.raises(Duplicate):
        made(make.loan, reader=reader)


def test_a_parent_in_use_is_not_removed_and_the_refusal_counts_its_children():
    shelf = made(make.shelf)
    for number in range(2):
        made(make.paper, shelf=shelf, title=str(number))
    made(make.loan, shelf=shelf)
    made(make.tally, shelf=shelf)

    with nothing_written(), unit(), pytest.raises(InUse) as refused:
        shelf.delete()

    assert refused.value.context == {
        "users": {"specimens.Paper": 2, "specimens.Loan": 1, "specimens.Tally": 1},
    }
    assert (refused.value.code, refused.value.status) == ("in_use", 409)


def test_a_parent_is_removed_after_its_children():
    shelf = made(make.shelf)
    paper = made(make.paper, shelf=shelf)

    with unit():
        paper.delete()
        later()
        shelf.delete()

    assert Shelf.objects.filter(pk=shelf.pk).count() == 0


def test_a_child_of_a_removed_parent_is_not_restored():
    shelf = made(make.shelf)
    paper = made(make.paper, shelf=shelf)
    with unit():
        paper.delete()
        later()
        shelf.delete()

    with nothing_written(), pytest.raises(InvalidReference), unit():
        paper.restore()
