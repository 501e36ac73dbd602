"""Changing many tracked rows at once: one statement, each under its version, all or nothing."""

import pytest
from django.db.models import F

from apps.core.errors import PlainUpdateRefused, ProgrammingFault, Stale
from tests.specimens import factories as make
from tests.specimens.models import Paper, Shelf
from tests.support.units import unit
from tests.support.written import nothing_written


def shelves(count):
    with unit():
        return Shelf.objects.bulk_create([Shelf(code=make.word(), note="old") for _ in range(count)])


def of(rows):
    return Shelf.objects.filter(pk__in=[row.pk for row in rows])


def kept(rows):
    found = Shelf.history.filter(id__in=[row.pk for row in rows])
    return sorted(found.values_list("version", "history_type", "note"))


@pytest.mark.django_db
def test_change_writes_rows_and_history_in_one_statement_after_locking(django_assert_num_queries):
    rows = shelves(3)

    with unit() as opened, django_assert_num_queries(3):
        changed = of(rows).change(expect=3, note="new")

    assert changed == 3
    assert set(of(rows).values_list("note", "version", "updated_at")) == {("new", 2, opened.at)}
    assert kept(rows) == [(1, "+", "old")] * 3 + [(2, "~", "new")] * 3


@pytest.mark.django_db
def test_change_takes_expressions():
    (row,) = shelves(1)

    with unit():
        Shelf.objects.filter(pk=row.pk).change(note=F("code"))

    assert Shelf.objects.get(pk=row.pk).note == row.code
    assert row.history.latest("version").note == row.code


@pytest.mark.django_db
def test_change_of_no_rows_writes_nothing():
    with nothing_written(), unit():
        assert Shelf.objects.filter(code="nobody").change(note="new") == 0


@pytest.mark.django_db
def test_change_of_another_number_than_expected_is_a_fault():
    rows = shelves(2)

    with nothing_written(), pytest.raises(ProgrammingFault, match=r"2 rows of .* changed, 3 expected"), unit():
        of(rows).change(expect=3, note="new")


@pytest.mark.django_db
def test_change_sees_live_rows_alone_unless_asked_for_all():
    rows = shelves(2)
    with unit():
        rows[0].delete()

    with unit():
        assert of(rows).change(note="new") == 1
    with unit():
        assert Shelf.all_objects.filter(pk__in=[row.pk for row in rows]).change(note="newer") == 2


@pytest.mark.django_db
def test_bulk_create_gives_every_row_its_version_and_history(django_assert_num_queries):
    with unit() as opened, django_assert_num_queries(2):
        rows = Shelf.objects.bulk_create([Shelf(code=make.word()) for _ in range(5)])

    assert set(of(rows).values_list("version", "created_at", "updated_at")) == {(1, opened.at, opened.at)}
    assert kept(rows) == [(1, "+", "")] * 5


@pytest.mark.django_db
def test_rows_of_bulk_create_are_saved_without_loading_them_again():
    (row,) = shelves(1)
    row.note = "new"

    with unit():
        row.save()

    assert Shelf.objects.values_list("note", "version").get(pk=row.pk) == ("new", 2)


@pytest.mark.django_db
@pytest.mark.parametrize("options", [{"ignore_conflicts": True}, {"update_conflicts": True}])
def test_bulk_create_with_conflict_options_is_refused(options):
    with nothing_written(), unit(), pytest.raises(PlainUpdateRefused):
        Shelf.objects.bulk_create([Shelf(code="x")], **options)


@pytest.mark.django_db
def test_bulk_change_writes_each_row_its_own_values():
    rows = shelves(3)
    for number, row in enumerate(rows):
        row.note = str(number)

    with unit() as opened:
        changed = Shelf.objects.bulk_change(rows, ["note"])

    assert changed == 3
    assert sorted(of(rows).values_list("note", "version")) == [("0", 2), ("1", 2), ("2", 2)]
    assert kept(rows) == [(1, "+", "old")] * 3 + [(2, "~", "0"), (2, "~", "1"), (2, "~", "2")]
    assert [(row.version, row.updated_at) for row in rows] == [(2, opened.at)] * 3


@pytest.mark.django_db
def test_bulk_change_writes_the_named_columns_alone():
    rows = shelves(1)
    code = rows[0].code
    rows[0].note, rows[0].code = "new", make.word()

    with unit():
        Shelf.objects.bulk_change(rows, ["note"])

    assert of(rows).values_list("note", "code").get() == ("new", code)


@pytest.mark.django_db
def test_bulk_change_writes_columns_of_every_type():
    with unit():
        paper, shelf = make.paper(), make.shelf()
    paper.shelf, paper.tags, paper.filed_at = shelf, ["a", "b"], paper.created_at

    with unit():
        Paper.objects.bulk_change([paper], ["shelf", "tags", "filed_at"])

    stored = Paper.objects.get(pk=paper.pk)
    assert (stored.shelf_id, stored.tags, stored.filed_at) == (shelf.pk, ["a", "b"], paper.created_at)


@pytest.mark.django_db
def test_columns_that_bulk_change_did_not_write_are_still_unsaved():
    rows = shelves(1)
    code = make.word()
    rows[0].note, rows[0].code = "new", code
    with unit():
        Shelf.objects.bulk_change(rows, ["note"])

    with unit():
        rows[0].save()

    assert of(rows).get().code == code


@pytest.mark.slow
def test_bulk_change_with_one_stale_row_of_many_changes_nothing(committed_db):
    rows = shelves(10_000)
    stale = rows[7_777]
    with unit():
        Shelf.objects.filter(pk=stale.pk).change(note="theirs")
    for row in rows:
        row.note = "mine"

    with pytest.raises(Stale) as refused, unit():
        Shelf.objects.bulk_change(rows, ["note"])

    assert refused.value.context == {"ids": [str(stale.pk)]}
    assert dict(of(rows).values_list("note", "version").distinct()) == {"old": 1, "theirs": 2}
    assert Shelf.history.filter(id__in=[row.pk for row in rows], version=2).count() == 1


@pytest.mark.slow
def test_a_change_of_more_rows_than_a_unit_holds_is_a_fault(committed_db):
    rows = shelves(10_001)

    with pytest.raises(ProgrammingFault, match="more than 10000 rows"), unit():
        of(rows).change(note="new")

    assert set(of(rows).values_list("note", "version")) == {("old", 1)}


@pytest.mark.django_db
def test_two_changes_of_one_row_in_one_unit_are_two_versions_of_one_instant():
    (row,) = shelves(1)
    with unit() as opened:
        for note in ("first", "second"):
            row.note = note
            row.save()

    found = list(Shelf.history.as_of(opened.at).filter(id=row.pk))

    assert [one.note for one in found] == ["second"]
    assert list(row.history.order_by("version").values_list("note", flat=True)) == ["old", "first", "second"]
