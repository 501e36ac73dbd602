"""Triggers that no setting can switch off.

The functions are made by core's first migration; models only bind them. django-pgtrigger versions the bindings in
migrations, but its own wrapper asks a setting whether to do nothing, so a binding calls the shared function directly.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import pgtrigger
from django.db import models

_NAME_DIGITS = 10


class Bound(pgtrigger.Trigger):
    """One binding of a `core_*` trigger function to a table.

    `arguments` are column names and literals; a callable is asked for its value when the table is known.
    """

    def __init__(self, *, name: str, function: str, arguments: tuple[Any, ...] = (), **options: Any) -> None:
        self.function = function
        self.arguments = arguments
        super().__init__(name=name, func="RETURN NEW;", **options)

    def get_pgid(self, model: Any) -> str:
        """Return the trigger's name, with enough hash digits for thousands of tables (the library's five collide)."""
        digits = hashlib.sha256(self.get_uri(model).encode()).hexdigest()[:_NAME_DIGITS]
        return f"pgtrigger_{self.name}_{digits}"

    def render_execute(self, model: Any) -> str:
        """Return the call of the shared function, going around the library's bypass."""
        values = [argument(model) if callable(argument) else argument for argument in self.arguments]
        literals = ", ".join("'" + str(value).replace("'", "''") + "'" for value in values)
        return f"{self.function}({literals})"


def refuse_removal() -> list[pgtrigger.Trigger]:
    """Refuse DELETE and TRUNCATE."""
    return [
        Bound(name="no_delete", function="core_refuse", when=pgtrigger.Before, operation=pgtrigger.Delete),
        Bound(
            name="no_truncate",
            function="core_refuse",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
        ),
    ]


def refuse_update() -> pgtrigger.Trigger:
    """Refuse every UPDATE."""
    return Bound(name="no_update", function="core_refuse", when=pgtrigger.Before, operation=pgtrigger.Update)


def version_step() -> pgtrigger.Trigger:
    """Demand `version + 1` at every UPDATE, with id and creation instant unchanged."""
    return Bound(name="version_step", function="core_version_step", when=pgtrigger.Before, operation=pgtrigger.Update)


def history_witness(history_table: Callable[[type[models.Model]], str]) -> pgtrigger.Trigger:
    """Demand, at commit, a history row for every version; the argument names a model's history table."""
    return Bound(
        name="history_witness",
        function="core_history_witness",
        arguments=(history_table,),
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        timing=pgtrigger.Deferred,
    )


def only_columns(*columns: str) -> pgtrigger.Trigger:
    """Let an UPDATE change only these columns."""
    return Bound(
        name="only_columns",
        function="core_only_columns",
        arguments=tuple(_column(name) for name in columns),
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
    )


def write_once(*columns: str) -> pgtrigger.Trigger:
    """Let these columns go from NULL to a value once; all others stay."""
    return Bound(
        name="write_once",
        function="core_write_once",
        arguments=tuple(_column(name) for name in columns),
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
    )


def legal_moves(column: str, moves: dict[str, tuple[str, ...]]) -> pgtrigger.Trigger:
    """Let a status column move only along the pairs of its enum."""
    pairs = tuple(f"{source}>{target}" for source, targets in moves.items() for target in targets)
    return Bound(
        name=f"{column}_moves",
        function="core_moves",
        arguments=(column, *pairs),
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf(column),
    )


def live_parent(field: str, *removal: str) -> pgtrigger.Trigger:
    """Refuse a live row's reference to a soft-deleted parent, also in a race with the parent's removal.

    `removal` is the column that says of the row itself whether it is live, if it has one.
    """
    return Bound(
        name=f"live_{field}"[:40],
        function="core_live_parent",
        arguments=(lambda model: _parent_table(model, field), _column(field)),
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(f"{field}_id", *removal),
    )


def _column(name: str) -> Any:
    return lambda model: model._meta.get_field(name).column


def _parent_table(model: type[models.Model], field: str) -> str:
    related = model._meta.get_field(field).related_model
    assert isinstance(related, type)  # noqa: S101 - a foreign key of a loaded model always has its target
    return str(related._meta.db_table)
