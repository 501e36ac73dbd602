"""Inserts whose text is made once a model: for one row the ORM's compiling costs more than the insert itself.

What nothing reads within a unit is not sent alone: it waits as a part of one statement; many rows of a kind are copied.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
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
    table: str
    columns: str


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


def filled(model: type[models.Model], **values: Any) -> dict[str, Any]:
    """Return the values of a new row with the defaults of what is not named; no instance of the model is made."""
    return {**{name: default() for name, default in _defaults(model) if name not in values}, **values}


def part_from(model: type[models.Model], values: dict[str, Any]) -> Part:
    """Return the insert of a new row by its values; the columns that are not among them are the database's."""
    insert = _made(model, tuple(values))
    sent = [
        value
        if (value := values[field.attname]) is None or type(value) is plain
        else field.get_db_prep_save(value, connection)
        for field, plain in insert.fields
    ]
    return Part(insert.text, sent, insert=insert, key=values["id"])


def part_of(row: models.Model) -> Part:
    """Return the insert of a new row, which counts as written: the database's own values are read when asked for."""
    values = {field.attname: row.__dict__[field.attname] for field in row._meta.local_concrete_fields}
    for name in [name for name, value in values.items() if isinstance(value, DatabaseDefault)]:
        del values[name], row.__dict__[name]
    row._state.adding = False
    row._state.db = DEFAULT_DB_ALIAS
    return part_from(type(row), values)


def copy_many(parts: Sequence[Part]) -> list[Part]:
    """Copy rows that are many of a kind into their tables, and return the parts that are left."""
    if len(parts) < _MANY:
        return list(parts)
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
    values = [*parts[0].values[len(insert.fields) :], [part.key for part in parts]]
    with connection.cursor() as cursor:
        cursor.execute(text.replace("{source}", copied), values)


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
def _defaults(model: type[models.Model]) -> tuple[tuple[str, Any], ...]:
    """Return the columns that get a value where none is given, each with what makes it."""
    fields = [field for field in model._meta.local_concrete_fields if field.db_default is NOT_PROVIDED]
    return tuple((field.attname, field.get_default) for field in fields if field.get_default() is not None)


@cache
def _made(model: type[models.Model], names: tuple[str, ...]) -> Insert:
    fields = tuple(field for field in model._meta.local_concrete_fields if field.attname in names)
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    places = ", ".join("%s" for _ in fields)
    table = quoted(model._meta.db_table)
    text = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - quoted names of our own models
    return Insert(text, tuple((field, _plain(field)) for field in fields), table, columns)


def _plain(field: Any) -> type | None:
    """Return the type of the values that a field takes and gives to the driver as they are."""
    prepare = type(field).get_prep_value
    return next((plain for kind, plain in _PLAIN if isinstance(field, kind) and prepare is kind.get_prep_value), None)
