"""Rows of a SELECT whose text is made once: for what every request asks."""

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


@cache
def columns(model: type[models.Model], alias: str, *, without: tuple[str, ...] = ()) -> str:
    """Return the columns of a model's table, which the statement calls `alias`, as a SELECT lists them."""
    quote = connection.ops.quote_name
    return ", ".join(f"{alias}.{quote(str(field.column))}" for field in _fields(model, without))


def row(model: type[Row], values: Iterable[Any], *, without: tuple[str, ...] = ()) -> Row:
    """Return the row that these columns are; what it goes without is read when somebody asks for it."""
    names, converters = _shape(model, without)
    plain = [_plain(*pair) for pair in zip(values, converters, strict=True)]
    return model.from_db(connection.alias, names, plain)


def _fields(model: type[models.Model], without: tuple[str, ...]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.attname not in without]


@cache
def _shape(model: type[models.Model], without: tuple[str, ...]) -> tuple[list[str], list[Any]]:
    fields = _fields(model, without)
    return [field.attname for field in fields], [field.get_db_converters(connection) for field in fields]


def _plain(value: Any, converters: list[Any]) -> Any:
    for convert in converters:
        value = convert(value, None, connection)
    return value
