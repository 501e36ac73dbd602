"""Inserts whose text is made once a model: for one row the ORM's compiling costs more than the insert itself."""

from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Any

from django.db import connection, models
from django.db.models import NOT_PROVIDED
from django.db.models.expressions import DatabaseDefault


@dataclass(frozen=True, slots=True)
class Insert:
    """The statement for one row of a model, with a placeholder for the value of each of `fields`."""

    text: str
    fields: tuple[Any, ...]
    left_out: tuple[str, ...]

    def values(self, row: models.Model) -> list[Any]:
        """Return the row's values as the driver takes them."""
        return [field.get_db_prep_save(field.pre_save(row, True), connection) for field in self.fields]

    def done(self, row: models.Model) -> None:
        """Note that a row is in the database; what the database has filled in is read when somebody asks."""
        for name in self.left_out:
            if row.__dict__[name] is not None:
                del row.__dict__[name]
        row._state.adding = False
        row._state.db = connection.alias


def insert_of(row: models.Model) -> Insert:
    """Return the statement for a new row, without the columns that stay NULL or are left to the database's default."""
    values = row.__dict__
    left_out = tuple(name for name, absent in _optional(type(row)) if isinstance(values[name], absent))
    return _made(type(row), left_out)


def insert(*rows: models.Model) -> None:
    """Write new rows of any models by one statement. None of them may refer to another one."""
    inserts = [insert_of(row) for row in rows]
    *others, last = (one.text for one in inserts)
    parts = ", ".join(f"part_{number} AS ({text})" for number, text in enumerate(others))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {parts} {last}" if parts else last,
            [value for one, row in zip(inserts, rows, strict=True) for value in one.values(row)],
        )
    for one, row in zip(inserts, rows, strict=True):
        one.done(row)


@cache
def _optional(model: type[models.Model]) -> tuple[tuple[str, type], ...]:
    """Return the columns that a row may leave out, each with the type of the value that says so."""
    fields = model._meta.concrete_fields
    defaulted = [(field.attname, DatabaseDefault) for field in fields if field.db_default is not NOT_PROVIDED]
    empty = [(field.attname, NoneType) for field in fields if field.null and field.db_default is NOT_PROVIDED]
    return (*defaulted, *empty)


@cache
def _made(model: type[models.Model], left_out: tuple[str, ...]) -> Insert:
    fields = tuple(field for field in model._meta.local_concrete_fields if field.attname not in left_out)
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    places = ", ".join("%s" for _ in fields)
    table = quoted(model._meta.db_table)
    text = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - quoted names of our own models
    return Insert(text, fields, left_out)
