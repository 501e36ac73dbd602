"""Saving a tracked row: only what changed, under the version that was read, with history, inside a unit."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.core import clock, db
from apps.core.errors import (
    NotDeletable,
    NoUnit,
    PlainUpdateRefused,
    ProgrammingFault,
    Stale,
    UnitMismatch,
)
from tests.specimens import factories as make
from tests.specimens.models import Loan, Paper, Remark, Shelf, Tally
from tests.support.units import PROVER, unit
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def made(factory, **columns):
    with unit():
        return factory(**columns)


def versions(row):
    return list(row.history.order_by("version").values_list("version", "history_type"))


def test_a_new_row_gets_its_first_version_and_the_unit_s_instant():
    with unit() as opened:
        row = make.shelf()

    stored = Shelf.objects.get(pk=row.pk)
    assert (stored.version, stored.created_at, stored.updated_at) == (1, opened.at, opened.at)
    assert versions(row) == [(1, "+")]


def test_a_save_writes_only_what_changed(django_assert_num_queries):
    row = Paper.objects.get(pk=made(make.paper).pk)
    row.title = "Other"

    with unit(), django_assert_num_queries(1) as queries:
        row.save()

    (statement,) = [query["sql"] for query in queries.captured_queries]
    settings = statement.partition(" SET ")[2].partition(" WHERE ")[0]
    assert [part.split(" = ")[0] for part in settings.split(", ")] == ['"title"', '"version"', '"updated_at"']
    assert versions(row) == [(1, "+"), (2, "~")]


def test_a_save_of_nothing_new_asks_nothing(django_assert_num_queries):
    row = Paper.objects.get(pk=made(make.paper).pk)

    with nothing_written(), unit(), django_assert_num_queries(0):
        row.save()

    assert row.version == 1


def test_a_change_inside_a_json_column_is_noticed():
    row = Paper.objects.get(pk=made(make.paper).pk)
    row.tags.append("new")

    with unit():
        row.save()

    assert Paper.objects.get(pk=row.pk).tags == ["new"]


def test_update_fields_narrow_a_save():
    row = Paper.objects.get(pk=made(make.paper).pk)
    row.title, row.filed_by = "Other", "usr_1"

    with unit():
        row.save(update_fields=["title"])

    assert Paper.objects.values_list("title", "filed_by").get(pk=row.pk) == ("Other", "")
    with unit():
        row.save()
    assert Paper.objects.values_list("title", "filed_by").get(pk=row.pk) == ("Other", "usr_1")


def test_a_column_that_was_not_loaded_is_left_alone_until_it_is_set():
    row = Paper.objects.only("version", "number").get(pk=made(make.paper, filed_by="usr_1").pk)
    row.number, row.title = make.word(), "Other"
    assert row.filed_by == "usr_1"

    with unit():
        row.save()

    stored = Paper.objects.values_list("number", "title", "filed_by", "version")
    assert stored.get(pk=row.pk) == (row.number, "Other", "usr_1", 2)


def test_a_column_that_is_read_again_does_not_hide_what_was_set_in_others():
    row = Paper.objects.get(pk=made(make.paper).pk)
    row.number, row.title = make.word(), "Other"
    row.refresh_from_db(fields=["title"])

    with unit():
        row.save()

    assert Paper.objects.values_list("number", "title").get(pk=row.pk) == (row.number, "Title")


def test_a_row_that_was_loaded_without_its_version_is_not_saved():
    row = Paper.objects.only("title").get(pk=made(make.paper).pk)
    row.title = "Other"

    with nothing_written(), unit(), pytest.raises(ProgrammingFault, match="without its version"):
        row.save()


def test_a_save_from_a_stale_copy_is_refused_and_names_the_current_version():
    row = made(make.paper)
    copy = Paper.objects.get(pk=row.pk)
    row.title = "Other"
    with unit():
        row.save()
    copy.title = "Third"

    with nothing_written(), unit(), pytest.raises(Stale) as refused:
        copy.save()

    assert refused.value.context == {"id": str(row.pk), "version": 2}
    assert (refused.value.code, refused.value.status) == ("version_conflict", 412)
    assert copy.title == "Third"


def test_writes_outside_a_unit_are_faults():
    row, paper = made(make.shelf), made(make.paper)
    row.note = "new"

    with nothing_written():
        for write in (
            row.save,
            row.delete,
            row.restore,
            Shelf(code="x").save,
            Remark(paper=paper, text="x").save,
            Tally(shelf=row).save,
            lambda: Shelf.objects.filter(pk=row.pk).change(note="x"),
            lambda: Shelf.objects.bulk_create([Shelf(code="x")]),
            lambda: Shelf.objects.bulk_change([row], ["note"]),
            lambda: Shelf.objects.create(code="x"),
            lambda: db.lock(Shelf, row.pk),
        ):
            with pytest.raises(NoUnit):
                write()


def test_a_unit_within_a_unit_has_the_same_instant():
    at = clock.now()

    with nothing_written(), db.unit(by=PROVER, at=at):
        with db.unit(by=PROVER, at=at) as joined:
            assert joined is db.current()
        with pytest.raises(UnitMismatch), db.unit(by=PROVER, at=at + timedelta(microseconds=1)):
            pass


def test_library_calls_that_end_in_save_leave_history():
    shelf = made(make.shelf)

    with unit():
        paper, is_new = Paper.objects.get_or_create(number="n-1", defaults={"shelf": shelf, "title": "One"})
        Paper.objects.update_or_create(number="n-1", defaults={"title": "Two"})
        again, is_new_again = Paper.objects.get_or_create(number="n-1")
        child = shelf.papers.create(number="n-2", title="Three")

    assert (is_new, is_new_again, again.pk) == (True, False, paper.pk)
    assert (versions(paper), versions(child)) == ([(1, "+"), (2, "~")], [(1, "+")])
    assert Paper.objects.get(pk=paper.pk).title == "Two"


def test_a_related_manager_adds_by_saving_each_row():
    shelf, paper = made(make.shelf), made(make.paper)

    with unit():
        shelf.papers.add(paper, bulk=False)

    assert Paper.objects.get(pk=paper.pk).shelf_id == shelf.pk
    assert versions(paper) == [(1, "+"), (2, "~")]


def test_a_secret_column_is_in_no_history():
    row = made(make.paper, pin="1234")

    assert Paper.objects.get(pk=row.pk).pin == "1234"
    assert "pin" not in {field.name for field in Paper.history.model._meta.fields}


def test_kept_rows_and_facts_are_not_removed():
    loan, remark, tally = made(make.loan), made(make.remark), made(make.tally)

    with nothing_written(), unit():
        for row in (loan, remark, tally):
            with pytest.raises(NotDeletable):
                row.delete()
        with pytest.raises(NotDeletable):
            Loan.objects.filter(pk=loan.pk).delete()


def test_a_fact_is_saved_once():
    remark = made(make.remark)
    remark.text = "other"

    with nothing_written(), unit(), pytest.raises(PlainUpdateRefused):
        remark.save()


def test_an_operational_row_saves_its_changing_columns_alone():
    tally = made(make.tally)
    tally.papers, tally.opened_at = 5, clock.now()

    with unit():
        tally.save()

    assert Tally.objects.values_list("papers", "opened_at").get(pk=tally.pk) == (5, None)


def test_a_tracked_row_has_a_typed_id():
    row = made(make.shelf)

    assert row.ref == Shelf.ref_of(row.pk)
    assert row.ref.startswith("xsh_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuid_extract_version(id) FROM specimens_shelf WHERE id = %s", [row.pk])
        assert cursor.fetchone() == (7,)
