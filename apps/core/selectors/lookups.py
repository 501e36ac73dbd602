"""One row by equal columns, with a SELECT whose text is made once: for what every request asks."""

from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def find(model: type[Row], **equal: Any) -> Row | None:
    """Return the row whose columns have these values, or None. Removed rows are found too: ask by a unique rule."""
    text, asked, converters = _select(model, tuple(equal))
    values = [field.get_db_prep_value(value, connection) for field, value in zip(asked, equal.values(), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        found = cursor.fetchone()
    if found is None:
        return None
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(connection.alias, names, [_plain(*pair) for pair in zip(found, converters, strict=True)])


@cache
def _select(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[Any], list[Any]]:
    quoted, fields = connection.ops.quote_name, model._meta.concrete_fields
    asked: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    wanted = " AND ".join(f"{quoted(field.column)} = %s" for field in asked)
    text = f"SELECT {columns} FROM {quoted(model._meta.db_table)} WHERE {wanted}"  # noqa: S608 - quoted names of ours
    return text, asked, [field.get_db_converters(connection) for field in fields]


def _plain(value: Any, converters: list[Any]) -> Any:
    for convert in converters:
        value = convert(value, None, connection)
    return value
