"""Rows as raw SQL sees them: found, changed, taken out and put back without the ORM."""

from typing import Any

from django.db import connection, models

from apps.core import history
from tests.support import roles

_LITERALS = {
    "varchar": "'x'",
    "text": "'x'",
    "uuid": "uuidv7()",
    "timestamp": "now()",
    "date": "current_date",
    "bool": "true",
    "jsonb": "'{}'",
    "inet": "'127.0.0.1'",
    "bytea": "decode(repeat('00', 40), 'hex')",
    "interval": "'1 second'",
    "xid8": "'1'",
}
_COPY = "specimen_copy"


def where(row: models.Model) -> tuple[str, list[Any]]:
    """Return the condition that finds one row, and its values."""
    fields = row._meta.pk_fields
    return " AND ".join(f"{quoted(field)} = %s" for field in fields), [getattr(row, field.attname) for field in fields]


def other(row: models.Model, field: Any) -> str:
    """Return the setting of a column to another value than the row has: NULL, else any of its type.

    Triggers before the row see it first; what the column's own rules say of it comes later.
    """
    value = "NULL" if getattr(row, field.attname) is not None else _any(field)
    return f"{quoted(field)} = {value}"


def same(field: Any) -> str:
    """Return the setting of a column to what it is."""
    return f"{quoted(field)} = {quoted(field)}"


def quoted(field: Any) -> str:
    """Return a column's name for SQL: some are words of the language."""
    return f'"{field.column}"'


def _any(field: Any) -> str:
    kind = str(field.db_type(connection))
    if words := getattr(field, "enum", None):
        return f"'{next(iter(words)).value}'"
    if kind.endswith("[]"):
        return "'{}'"
    return next((text for start, text in _LITERALS.items() if kind.startswith(start)), "1") + f"::{kind}"


def set_aside(row: models.Model) -> None:
    """Take a row and its history out of the tables, as nobody can but a superuser without guards."""
    table, (condition, key) = row._meta.db_table, where(row)
    with roles.without_guards():
        roles.run(f"CREATE TEMP TABLE {_COPY} ON COMMIT DROP AS SELECT * FROM {table} WHERE {condition}", key)
        roles.run(f"GRANT SELECT ON {_COPY} TO strongroom_app, strongroom_owner")
        roles.run(f"DELETE FROM {table} WHERE {condition}", key)
        if type(row) in history.models_with_history():
            roles.run(f"DELETE FROM {history.history_table(type(row))} WHERE id = %s", [row.pk])


def insertion(row: models.Model) -> str:
    """Return the statement that puts back a row that was set aside, without its history."""
    return f"INSERT INTO {row._meta.db_table} ({_columns(row)}) SELECT {_columns(row)} FROM {_COPY}"


def copy_in(row: models.Model) -> None:
    """Put back a row that was set aside by COPY, without its history."""
    with connection.cursor() as cursor:
        with cursor.cursor.copy(f"COPY (SELECT {_columns(row)} FROM {_COPY}) TO STDOUT") as source:
            content = b"".join(bytes(part) for part in source)
        with cursor.cursor.copy(f"COPY {row._meta.db_table} ({_columns(row)}) FROM STDIN") as target:
            target.write(content)


def _columns(row: models.Model) -> str:
    return ", ".join(quoted(field) for field in row._meta.concrete_fields if not field.generated)
