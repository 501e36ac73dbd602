"""History tables: made by django-simple-history, filled by one statement together with the change.

The library's own signal handlers miss bulk writes and raw SQL, so they are off; the database demands the row instead.
"""

from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import sql
from simple_history.manager import HistoricalQuerySet, HistoryManager
from simple_history.models import HistoricalRecords, registered_models

from apps.core import db, inserts

_ACTOR_LENGTH = 80
_REASON_LENGTH = 200


class HistoryColumns(models.Model):
    """What a history row tells besides the row's values: the request and the door of the change."""

    request_id = models.CharField(max_length=64, blank=True, default="")
    door = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        abstract = True


class HistoryQuerySet(HistoricalQuerySet):  # type: ignore[misc]  # the library has no types
    """Reads history by version: two changes of one unit share their instant."""

    def latest_of_each(self) -> "HistoryQuerySet":
        """Return, per row, its last version."""
        last = self.order_by("id", "-version").distinct("id").values("history_id")
        found: HistoryQuerySet = self.filter(history_id__in=last)
        return found


class History(HistoricalRecords):  # type: ignore[misc]  # the library has no types
    """The history of one tracked model.

    One change is exactly one row; versions run from 1 without a gap and the last equals the live row. Columns that the
    model's Privacy declares secret are left out.
    """

    def __init__(self, *, triggers: list[Any]) -> None:
        self.triggers = triggers
        super().__init__(
            inherit=True,
            bases=(HistoryColumns,),
            history_id_field=models.UUIDField(),
            history_user_id_field=models.CharField(max_length=_ACTOR_LENGTH),
            history_user_getter=lambda row: row.history_user_id,
            history_user_setter=_refuse_user,
            history_change_reason_field=models.CharField(max_length=_REASON_LENGTH, blank=True, default=""),
            history_manager=HistoryManager,
            historical_queryset=HistoryQuerySet,
        )

    def fields_included(self, model: Any) -> list[models.Field[Any, Any]]:
        """Return the copied fields: all but the secret ones."""
        secret = set(getattr(model.Privacy, "secret", ()))
        return [field for field in model._meta.fields if field.name not in secret]

    def copy_fields(self, model: Any) -> dict[str, Any]:
        """Return the copies without their indexes: history is read by row and version only."""
        copies: dict[str, Any] = super().copy_fields(model)
        for copied in copies.values():
            copied.db_index = False
        return copies

    def get_meta_options(self, model: Any) -> dict[str, Any]:
        """Return the options of the history table: one row a version, never changed."""
        options: dict[str, Any] = super().get_meta_options(model)
        options["ordering"] = ()
        options["get_latest_by"] = "version"
        options["triggers"] = self.triggers
        options["constraints"] = [
            models.UniqueConstraint(fields=["id", "version"], name=f"{history_table(model)}_version"[:63])
        ]
        return options


def _refuse_user(_row: Any, _user: Any) -> None:
    message = "a history row's actor is written with the change"
    raise TypeError(message)


def history_table(model: type[models.Model]) -> str:
    """Return the name of a model's history table, computed from its options alone (migrations have no managers)."""
    return f"{model._meta.app_label}_historical{model._meta.model_name}"


def part_of(row: models.Model) -> inserts.Part:
    """Return the insert of a new row with its first history row, which count as written from now on."""
    part = inserts.part_of(row)
    source, text = _first(type(row), part.text)
    return replace(part, text=text, values=[*part.values, *_stamp("+")], source=source)


def write(model: type[models.Model], keys: list[UUID], kind: str) -> None:
    """Write the history row of each named row as it stands now; `kind` is '+', '~' or '-'."""
    table, columns = _table(model), _columns(model)
    statement = (
        f"INSERT INTO {_history_table(model)} ({columns}, {_EXTRA}) "  # noqa: S608 - quoted names of our own models
        f"SELECT {columns}, {_VALUES} FROM {table} WHERE {table}.id = ANY(%s::uuid[])"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*_stamp(kind), keys])


def change(queryset: models.QuerySet[Any], values: dict[str, Any], kind: str = "~") -> int:
    """Change the rows of a queryset and write their history, in one statement.

    Steps `version` and sets `updated_at`; returns the number of rows changed.
    """
    unit = db.current()
    model: type[models.Model] = queryset.model
    query: Any = queryset.query.chain(sql.UpdateQuery)
    query.clear_ordering(force=True)
    query.add_update_values({**values, "version": models.F("version") + 1, "updated_at": unit.at})
    update, params = query.get_compiler(connection=connection).as_sql()
    statement = (
        f"WITH changed AS ({update} RETURNING {_columns(model, _table(model))}) "  # noqa: S608 - Django's own SQL
        f"INSERT INTO {_history_table(model)} ({_columns(model)}, {_EXTRA}) "
        f"SELECT {_columns(model)}, {_VALUES} FROM changed"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, *_stamp(kind)])
        return int(cursor.rowcount)


def change_each(model: type[models.Model], rows: list[Any], fields: list[str]) -> list[UUID]:
    """Write these fields of each row under its version, with history, in one statement.

    The caller's transaction must end when ids are returned: those rows had another version and nothing of them changed.
    """
    unit = db.current()
    columns: list[Any] = [model._meta.get_field(name) for name in fields]
    types = ["uuid", "bigint", *(str(field.db_type(connection)) for field in columns)]
    one = "(" + ", ".join(f"%s::{kind}" for kind in types) + ")"
    params = [value for row in rows for value in (row.pk, row.version, *(_prepared(field, row) for field in columns))]
    names = ["id", "version", *(str(field.column) for field in columns)]
    table = _table(model)
    settings = ", ".join(f"{_quote(name)} = new.{_quote(name)}" for name in names[2:])
    statement = (
        f"WITH new ({', '.join(map(_quote, names))}) AS (VALUES {', '.join([one] * len(rows))}), "  # noqa: S608 - own names
        f"changed AS (UPDATE {table} SET {settings}, version = {table}.version + 1, updated_at = %s::timestamptz "
        f"FROM new WHERE {table}.id = new.id AND {table}.version = new.version RETURNING {_columns(model, table)}) "
        f"INSERT INTO {_history_table(model)} ({_columns(model)}, {_EXTRA}) "
        f"SELECT {_columns(model)}, {_VALUES} FROM changed RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, unit.at, *_stamp("~")])
        done = {row[0] for row in cursor.fetchall()}
    return [row.pk for row in rows if row.pk not in done]


def _prepared(field: Any, row: Any) -> Any:
    return field.get_db_prep_save(getattr(row, field.attname), connection)


_EXTRA = "history_id, history_type, history_date, history_user_id, history_change_reason, request_id, door"
_VALUES = "uuidv7(), %s::varchar, %s::timestamptz, %s::varchar, %s::varchar, %s::varchar, %s::varchar"


@cache
def _first(model: type[models.Model], insert: str) -> tuple[str, str]:
    """Return the insert as a source of rows, and the statement that copies them into history."""
    columns = _columns(model)
    copied = f"INSERT INTO {_history_table(model)} ({columns}, {_EXTRA}) SELECT {columns}, {_VALUES} FROM {{source}}"  # noqa: S608 - quoted names of our own models
    return f"{insert} RETURNING {columns}", copied


def _stamp(kind: str) -> list[Any]:
    unit = db.current()
    by = unit.by
    return [kind, unit.at, by.id, unit.why[:_REASON_LENGTH], by.via.request_id, by.via.door]


def _quote(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _table(model: type[models.Model]) -> str:
    return _quote(model._meta.db_table)


def _history_table(model: type[models.Model]) -> str:
    return _quote(history_table(model))


@cache
def _columns(model: type[models.Model], prefix: str = "") -> str:
    secret = set(getattr(getattr(model, "Privacy", None), "secret", ()))
    names = [field.column for field in model._meta.concrete_fields if field.name not in secret]
    return ", ".join((f"{prefix}." if prefix else "") + _quote(str(name)) for name in names)


def models_with_history() -> list[type[models.Model]]:
    """Return every tracked model."""
    return list(registered_models.values())
