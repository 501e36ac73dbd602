"""No live row refers to a removed one: the parent's removal sees the child, the child's insertion sees the removal."""

from typing import Any

import pytest

from apps.core.base import Domain, LiveKey
from apps.core.errors import InUse, InvalidReference
from tests.support import kinds, raw, roles
from tests.support.units import unit


def references() -> list[tuple[kinds.Model, Any]]:
    """Return every reference to a row that may be removed."""
    return [
        (model, field)
        for model in kinds.project_models()
        if "history" not in kinds.kinds_of(model)
        for field in model._meta.concrete_fields
        if field.is_relation and issubclass(field.related_model, Domain)
    ]


def of(chosen: list[tuple[kinds.Model, Any]]) -> Any:
    ids = [f"{model._meta.label}.{field.name}" for model, field in chosen]
    return pytest.mark.parametrize(("model", "field"), chosen, ids=ids)


def linked(model: kinds.Model, field: Any) -> tuple[Any, Any]:
    """Return a new row and the one that it refers to by this column."""
    row = kinds.make(model)
    parent = getattr(row, field.name)
    if parent is None:
        parent = kinds.make(field.related_model)
        condition, key = raw.where(row)
        with roles.without_guards():
            roles.run(
                f"UPDATE {model._meta.db_table} SET {raw.quoted(field)} = %s WHERE {condition}", [parent.pk, *key]
            )
    return row, type(parent).all_objects.get(pk=parent.pk)


@of(references())
def test_a_reference_to_what_may_be_removed_says_what_then(model, field):
    """A LiveKey refuses removed rows; `may_outlive` says why a reference may stay after the removal."""
    assert isinstance(field, LiveKey) or field.name in model.may_outlive


@of([(model, field) for model, field in references() if field.name not in model.may_outlive])
def test_a_row_that_is_referred_to_is_not_removed(any_role, model, field):
    _, parent = linked(model, field)
    history = parent.history.count()

    with unit(), pytest.raises(InUse) as refused:
        parent.delete()

    assert refused.value.context["users"][model._meta.label] == 1
    assert type(parent).objects.filter(pk=parent.pk).exists()
    assert parent.history.count() == history


@of([(model, field) for model, field in references() if isinstance(field, LiveKey)])
def test_a_removed_row_is_not_referred_to(any_role, model, field):
    row, parent = linked(model, field)
    raw.set_aside(row)
    with roles.without_guards():
        roles.run(
            f"UPDATE {parent._meta.db_table} SET deleted_at = now(), deleted_by = 'test' WHERE id = %s", [parent.pk]
        )

    refusals = [roles.attempt(role, raw.insertion(row)) for role in ("app", "owner")]

    assert [(one.sqlstate, one.rule, one.at_commit) for one in refusals if one] == [
        ("23503", "core_live_parent", False)
    ] * 2


@of([(model, field) for model, field in references() if isinstance(field, LiveKey) and issubclass(model, Domain)])
def test_a_row_does_not_come_back_to_a_removed_one(any_role, model, field):
    row, parent = linked(model, field)
    with roles.without_guards():
        for one in (row, parent):
            roles.run(
                f"UPDATE {one._meta.db_table} SET deleted_at = now(), deleted_by = 'test' WHERE id = %s", [one.pk]
            )
    row.refresh_from_db()

    with pytest.raises(InvalidReference), unit():
        row.restore()
