"""What the rows share that only the ledger's SQL functions write."""

from typing import Any, NoReturn

import pgtrigger
from django.db import models

from apps.core.errors import NotDeletable, PlainUpdateRefused
from apps.core.triggers import Bound


class TransactionId(models.BigIntegerField[int, int]):
    """PostgreSQL's 64-bit transaction id; the database fills it in."""

    def db_type(self, connection: object) -> str:
        """Return the column's type."""
        del connection
        return "xid8"

    def from_db_value(self, value: str | int | None, *_rest: object) -> int | None:
        """Return a plain number."""
        return None if value is None else int(value)


class LastInstant(models.DateTimeField[Any, Any]):
    """An instant that is -infinity until something has happened; read as None then, which Python can hold."""

    def select_format(self, compiler: Any, sql: str, params: Any) -> Any:
        """Return how the column is read."""
        del compiler
        return f"nullif({sql}, '-infinity'::timestamptz)", params


class HotRow(models.Model):
    """A row of a hot table, made in SQL with its own guards and keys.

    No kind of core fits: keys are natural, triggers are ENABLE ALWAYS and doubled on each partition, and the processes'
    role has no right but SELECT.
    """

    class Meta:
        abstract = True

    class Privacy:
        """Each column's class."""

    def save(self, *args: Any, **options: Any) -> NoReturn:
        """Refuse: the ledger's functions write this row."""
        del args, options
        message = f"{self._meta.label} is written by the ledger's functions alone"
        raise PlainUpdateRefused(message)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Refuse: rows of the books stay."""
        del args, options
        message = f"{self._meta.label} is a row of the books and stays"
        raise NotDeletable(message)


def fixed(*fields: str) -> Bound:
    """Refuse an UPDATE that changes one of these columns, for rows whose identity others rely on."""
    return Bound(
        name="fixed",
        function="core_refuse",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(*fields),
    )
