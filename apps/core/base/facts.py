"""Rows without history: Log rows are facts, written once; Operational rows change in named columns only."""

from typing import Any, ClassVar, NoReturn

from django.db import models

from apps.core import db, triggers
from apps.core.base.rows import Row
from apps.core.errors import NotDeletable, PlainUpdateRefused


class Log(Row):
    """A fact: written once. Columns named in `once` may go from NULL to a value.

    `partitioned` tables are made by `CreatePartitioned`, one partition a month.
    """

    once: ClassVar[tuple[str, ...]] = ()
    partitioned: ClassVar[bool] = False

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        abstract = True

    @classmethod
    def change_triggers(cls, attrs: dict[str, Any]) -> list[Any]:
        """Refuse every UPDATE, or all but the first writing of the `once` columns."""
        once = attrs.get("once", ())
        return [triggers.write_once(*once)] if once else [triggers.refuse_update()]

    def save(self, *args: Any, **options: Any) -> None:
        """Insert the fact. Raises: NoUnit; PlainUpdateRefused for a loaded one."""
        db.current().created(type(self), [self.pk])
        if not self._state.adding:
            message = f"{self._meta.label} is written once"
            raise PlainUpdateRefused(message)
        options["force_insert"] = True
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Refuse: facts stay."""
        del args, options
        message = f"{self._meta.label} is a fact and stays"
        raise NotDeletable(message)


class Operational(Row):
    """A row that changes often, in the columns of `changing` alone; the docstring names what it is rebuilt from."""

    changing: ClassVar[tuple[str, ...]] = ()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        abstract = True

    @classmethod
    def change_triggers(cls, attrs: dict[str, Any]) -> list[Any]:
        """Refuse the UPDATE of any other column."""
        return [triggers.only_columns(*attrs["changing"])]

    def save(self, *args: Any, **options: Any) -> None:
        """Insert the row, or change its changing columns. Raises: NoUnit."""
        unit = db.current()
        if self._state.adding:
            unit.created(type(self), [self.pk])
            options["force_insert"] = True
        else:
            unit.take(type(self), [self.pk])
            options.setdefault("update_fields", self.changing)
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Refuse: rows of this kind stay."""
        del args, options
        message = f"{self._meta.label} is kept: close it by a state"
        raise NotDeletable(message)
