"""Tracked models: whatever changes a row leaves one history row, and what would not is refused."""

from typing import Any

import pytest
from django.db import models

from apps.core.errors import NotDeletable, PlainUpdateRefused
from apps.core.selectors import histories
from tests.support import kinds, raw, roles
from tests.support.units import PROVER, WHY, unit

WITNESS = ("23001", "core_history_witness", True)
STEP = ("23001", "core_version_step", False)
RAW_UPDATES = {
    "version = version": STEP,
    "version = version + 2": STEP,
    "version = version - 1": STEP,
    "version = NULL": STEP,
    "version = version + 1, created_at = created_at + interval '1 s'": STEP,
    "version = version + 1, id = uuidv7()": STEP,
    "version = version + 1": WITNESS,
}


def own_fields(model: kinds.Model) -> list[Any]:
    """Return the columns of a tracked model that services change."""
    (kind,) = kinds.kinds_of(model)
    shared = {field.name for field in kinds.BASES[kind]._meta.get_fields()}
    return [field for field in model._meta.concrete_fields if field.name not in shared]


def written(row: models.Model) -> list[tuple[Any, ...]]:
    """Return the history of a row, in the order of its versions."""
    columns = ("version", "history_type", "history_user_id", "history_change_reason", "request_id", "door")
    return list(type(row).history.filter(id=row.pk).order_by("version").values_list(*columns))


def stamp(version: int, kind: str) -> tuple[Any, ...]:
    return version, kind, PROVER.id, WHY, PROVER.via.request_id, PROVER.via.door


def save(row: Any) -> None:
    forget(row)
    row.save()


def forget(row: Any) -> None:
    """Let a row take all of its columns for changed, which no values of every model's rules could achieve."""
    row._loaded = {"version": row.version}


def save_one_column(row: Any) -> None:
    forget(row)
    row.save(update_fields=[own_fields(type(row))[0].name])


def change(row: Any) -> None:
    name = own_fields(type(row))[0].name
    assert type(row).all_objects.filter(pk=row.pk).change(expect=1, **{name: models.F(name)}) == 1


def bulk_change(row: Any) -> None:
    names = [field.name for field in own_fields(type(row))]
    assert type(row).objects.bulk_change([row], names) == 1


@kinds.of(*kinds.TRACKED)
def test_a_change_leaves_one_history_row(row, model):

    for call in (save, save_one_column, bulk_change, change):
        before = written(row)
        with unit():
            call(row)

        assert written(row) == [*before, stamp(len(before) + 1, "~")], call.__name__
    assert (histories.gaps(model), histories.differences(model)) == ([], [])


@kinds.of(*kinds.TRACKED)
@pytest.mark.parametrize("together", [False, True], ids=["save", "bulk_create"])
def test_an_insertion_leaves_one_history_row(row, model, together):
    raw.set_aside(row)
    new = model(**{field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields})

    with unit():
        if together:
            model.objects.bulk_create([new])
        else:
            new.save()

    assert written(row) == [stamp(1, "+")]
    assert (histories.gaps(model), histories.differences(model)) == ([], [])


@kinds.of(*kinds.TRACKED)
def test_a_save_of_nothing_new_writes_nothing(row, model):
    before = written(row)

    with unit():
        row.save()

    assert written(row) == before


@kinds.of("domain")
def test_a_removed_row_stays_hidden_and_comes_back(row, model):
    before = written(row)

    with unit() as opened:
        assert (row.delete(), row.delete()) == (1, 0)
    assert not model.objects.filter(pk=row.pk).exists()
    assert model.all_objects.get(pk=row.pk).deleted_at == opened.at
    with unit():
        assert (row.restore(), row.restore()) == (1, 0)

    assert model.objects.get(pk=row.pk).deleted_by is None
    assert written(row) == [*before, stamp(len(before) + 1, "-"), stamp(len(before) + 2, "~")]
    assert (histories.gaps(model), histories.differences(model)) == ([], [])


@kinds.of("domain")
def test_a_removal_of_many_leaves_one_history_row_each(row, model):
    before = written(row)

    with unit():
        assert model.objects.filter(pk=row.pk).delete() == 1

    assert written(row) == [*before, stamp(len(before) + 1, "-")]


@kinds.of("kept")
def test_a_kept_row_is_not_removed(row, model):
    before = written(row)

    with unit():
        with pytest.raises(NotDeletable):
            row.delete()
        with pytest.raises(NotDeletable):
            model.objects.filter(pk=row.pk).delete()

    assert model.objects.filter(pk=row.pk).exists()
    assert written(row) == before


@kinds.of(*kinds.TRACKED)
def test_library_calls_without_history_are_refused(row, model):
    name = own_fields(model)[0].name
    before = written(row)

    with unit():
        for manager in (model.objects, model.all_objects, model._base_manager, model._default_manager):
            rows = manager.filter(pk=row.pk)
            for call in (
                lambda rows=rows: rows.update(**{name: models.F(name)}),
                lambda rows=rows: rows.bulk_update([row], [name]),
                lambda rows=rows: rows.bulk_create([row], ignore_conflicts=True),
                lambda rows=rows: rows.bulk_create(
                    [row], update_conflicts=True, update_fields=[name], unique_fields=["id"]
                ),
            ):
                with pytest.raises(PlainUpdateRefused, match=r"change\(\)"):
                    call()
            with pytest.raises(NotDeletable):
                rows._raw_delete("default")

    assert written(row) == before


@kinds.of(*kinds.TRACKED)
def test_related_managers_change_nothing_without_history(row, model):
    for field in own_fields(model):
        parent = getattr(row, field.name) if field.is_relation and not field.remote_field.hidden else None
        if parent is None:
            continue
        rows = getattr(parent, field.remote_field.get_accessor_name())
        calls = [lambda rows=rows: rows.add(row), lambda rows=rows: rows.set([row])]
        if field.null:
            calls += [lambda rows=rows: rows.remove(row), rows.clear, lambda rows=rows: rows.set([])]

        for call in calls:
            with unit(), pytest.raises(PlainUpdateRefused):
                call()


@kinds.of(*kinds.TRACKED)
def test_a_raw_update_without_history_is_refused(row, model):

    for role in ("app", "owner"):
        found = {
            change: roles.attempt(role, f"UPDATE {model._meta.db_table} SET {change} WHERE id = %s", params=[row.pk])
            for change in RAW_UPDATES
        }

        assert {change: one and (one.sqlstate, one.rule, one.at_commit) for change, one in found.items()} == RAW_UPDATES


@kinds.of(*kinds.TRACKED)
def test_a_raw_insertion_without_history_is_refused(row, model):
    raw.set_aside(row)

    for role in ("app", "owner"):
        for way in (raw.insertion(row), lambda: raw.copy_in(row)):
            found = roles.attempt(role, way)

            assert found is not None, "accepted"
            assert (found.sqlstate, found.rule, found.at_commit) == WITNESS
