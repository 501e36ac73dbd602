"""Rows of a SELECT whose text is made once: for what every request asks."""

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


@cache
def columns(model: type[models.Model], alias: str) -> str:
    """Return all columns of a model's table, which the statement calls `alias`, as a SELECT lists them."""
    quote = connection.ops.quote_name
    return ", ".join(f"{alias}.{quote(str(field.column))}" for field in model._meta.concrete_fields)


def row(model: type[Row], values: Iterable[Any]) -> Row:
    """Return the row that these columns are."""
    names, converters = _shape(model)
    plain = [_plain(*pair) for pair in zip(values, converters, strict=True)]
    return model.from_db(connection.alias, names, plain)


@cache
def _shape(model: type[models.Model]) -> tuple[list[str], list[Any]]:
    fields = model._meta.concrete_fields
    return [field.attname for field in fields], [field.get_db_converters(connection) for field in fields]


def _plain(value: Any, converters: list[Any]) -> Any:
    for convert in converters:
        value = convert(value, None, connection)
    return value
