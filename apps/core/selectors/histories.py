"""Proving that history is complete: versions without a gap, and the last one equal to the live row."""

from django.db import connection, models

from apps.core import history

_SHOWN = 20


def gaps(model: type[models.Model]) -> list[str]:
    """Return ids of rows whose history does not run 1..n, at most 20."""
    table = connection.ops.quote_name(history.history_table(model))
    return _ids(
        f"SELECT id FROM {table} GROUP BY id "  # noqa: S608 - quoted names of our own models
        f"HAVING min(version) <> 1 OR max(version) <> count(*) LIMIT {_SHOWN}"
    )


def differences(model: type[models.Model]) -> list[str]:
    """Return ids whose last history row and live row differ, or of which one is missing; at most 20."""
    quote = connection.ops.quote_name
    table, kept = quote(model._meta.db_table), quote(history.history_table(model))
    names = [quote(str(field.column)) for field in model._meta.concrete_fields if field.name not in _secret(model)]
    live = ", ".join(f"t.{name}" for name in names)
    last = ", ".join(f"h.{name}" for name in names)
    return _ids(
        f"SELECT coalesce(t.id, h.id) FROM {table} t FULL JOIN "  # noqa: S608 - as above
        f"(SELECT DISTINCT ON (id) * FROM {kept} ORDER BY id, version DESC) h ON h.id = t.id "
        f"WHERE ROW({live}) IS DISTINCT FROM ROW({last}) LIMIT {_SHOWN}"
    )


def _secret(model: type[models.Model]) -> set[str]:
    return set(getattr(getattr(model, "Privacy", None), "secret", ()))


def _ids(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [str(row[0]) for row in cursor.fetchall()]
