"""Inserts whose text is made once a model: for one row the ORM's compiling costs more than the insert itself.

What nothing reads within a unit is not sent alone: it waits as a part of one statement; many rows of a kind are copied.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Any, Final
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import NOT_PROVIDED
from django.db.models.expressions import DatabaseDefault

_PLAIN: Final[tuple[tuple[Any, type], ...]] = (
    (models.UUIDField, UUID),
    (models.ForeignKey, UUID),
    (models.CharField, str),
    (models.IntegerField, int),
    (models.DateTimeField, datetime),
)
"""What these fields do to a value of their own type costs more than sending it, and changes nothing."""
_MANY: Final = 20


@dataclass(frozen=True, slots=True)
class Insert:
    """The statement for one row of a model, with a placeholder for the value of each of `fields`.

    Beside each field stands the type of a value that goes to the driver as it is.
    """

    text: str
    fields: tuple[tuple[Any, type | None], ...]
    left_out: tuple[str, ...]
    table: str
    columns: str

    def values(self, row: models.Model) -> list[Any]:
        """Return the row's values as the driver takes them."""
        return [
            value
            if type(value := row.__dict__[field.attname]) is plain
            else field.get_db_prep_save(field.pre_save(row, True), connection)
            for field, plain in self.fields
        ]

    def done(self, row: models.Model) -> None:
        """Note that a row is in the database; what the database has filled in is read when somebody asks."""
        for name in self.left_out:
            if row.__dict__[name] is not None:
                del row.__dict__[name]
        row._state.adding = False
        row._state.db = DEFAULT_DB_ALIAS


def insert_of(row: models.Model) -> Insert:
    """Return the statement for a new row, without the columns that stay NULL or are left to the database's default."""
    values = row.__dict__
    left_out = tuple(name for name, absent in _optional(type(row)) if isinstance(values[name], absent))
    return _made(type(row), left_out)


@dataclass(frozen=True, slots=True)
class Part:
    """A statement that waits to be sent with others as one: none of them sees what another one writes.

    `source` goes before `text`, which reads it by the name `{source}`. One of them is `insert` where it is that of a
    row, whose values then come first; `key` is the row's.
    """

    text: str
    values: list[Any]
    source: str = ""
    insert: Insert | None = None
    key: Any = None


def part_of(row: models.Model) -> Part:
    """Return the insert of a new row, which counts as written from now on."""
    made = insert_of(row)
    part = Part(made.text, made.values(row), insert=made, key=row.pk)
    made.done(row)
    return part


def copy_many(parts: Sequence[Part]) -> list[Part]:
    """Copy rows that are many of a kind into their tables, and return the parts that are left."""
    kinds: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in parts:
        if part.insert is not None:
            kinds[part.source, part.text].append(part)
    many = {kind: found for kind, found in kinds.items() if len(found) >= _MANY}
    for (source, text), found in many.items():
        insert: Any = found[0].insert
        _copy(insert, found)
        if source:
            _follow(insert, text, found)
    return [part for part in parts if part.insert is None or (part.source, part.text) not in many]


def _copy(insert: Insert, parts: Sequence[Part]) -> None:
    width = len(insert.fields)
    with (
        connection.wrap_database_errors,
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {insert.table} ({insert.columns}) FROM STDIN") as rows,
    ):
        for part in parts:
            rows.write_row(part.values[:width])


def _follow(insert: Insert, text: str, parts: Sequence[Part]) -> None:
    """Write what is read from the source, which was copied."""
    copied = f"(SELECT * FROM {insert.table} WHERE id = ANY(%s::uuid[])) AS source"  # noqa: S608 - a quoted name of our own
    with connection.cursor() as cursor:
        cursor.execute(
            text.replace("{source}", copied),
            [*parts[0].values[len(insert.fields) :], [part.key for part in parts]],
        )


def joined(parts: Sequence[Part], ending: str = "SELECT") -> tuple[str, list[Any]]:
    """Return the statement that carries out all parts and then `ending`, and the values of the parts."""
    shape = tuple((part.source, part.text) for part in parts)
    return _joined(shape, ending), [value for part in parts for value in part.values]


def send(parts: Sequence[Part]) -> None:
    """Carry out all parts by one statement."""
    with connection.cursor() as cursor:
        cursor.execute(*joined(parts))


@cache
def _joined(shape: tuple[tuple[str, str], ...], ending: str) -> str:
    terms: list[str] = []
    for number, (source, text) in enumerate(shape):
        name = f"source_{number}"
        if source:
            terms.append(f"{name} AS ({source})")
        terms.append(f"part_{number} AS ({text.replace('{source}', name)})")
    return f"WITH {', '.join(terms)} {ending}" if terms else ending


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
    return Insert(text, tuple((field, _plain(field)) for field in fields), left_out, table, columns)


def _plain(field: Any) -> type | None:
    """Return the type of the values that a field takes and gives to the driver as they are."""
    prepare = type(field).get_prep_value
    return next((plain for kind, plain in _PLAIN if isinstance(field, kind) and prepare is kind.get_prep_value), None)
