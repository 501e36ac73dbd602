"""Rows that change: each change steps the version and leaves a history row.

Kept rows stay for ever, Domain rows may be removed and restored.
"""

import copy
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models.base import ModelBase

from apps.core import db, inserts, triggers
from apps.core import history as histories
from apps.core.base.querysets import AllManager, LiveManager, ensure_unused
from apps.core.base.rows import Row
from apps.core.errors import NotDeletable, ProgrammingFault, Stale

_ACTOR_LENGTH = 80
_OWN = ("id", "version", "created_at", "updated_at")


class Tracked(Row):
    """A row with versions and history."""

    version = models.BigIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    _loaded: dict[str, Any]

    history = histories.History(triggers=[*triggers.refuse_removal(), triggers.refuse_update()])

    class Meta:
        abstract = True

    @classmethod
    def change_triggers(cls, attrs: dict[str, Any]) -> list[Any]:
        """Demand the version step and its history row."""
        del attrs
        return [triggers.version_step(), triggers.history_witness(histories.history_table)]

    @classmethod
    def from_db(  # type: ignore[override]  # the stubs are of a newer Django, which knows a fetch mode
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        """Load a row and remember its values, so that `save` knows what changed."""
        loaded = super().from_db(db, field_names, values)
        loaded.remember()
        return loaded

    def refresh_from_db(
        self, using: str | None = None, fields: Iterable[str] | None = None, from_queryset: Any = None
    ) -> None:
        """Load the row, or some columns of it, again and remember their values."""
        names = None if fields is None else list(fields)
        super().refresh_from_db(using, names, from_queryset)
        self.remember(names)

    def remember(self, names: Iterable[str] | None = None) -> None:
        """Note the present values of these columns, or of all, as those of the database."""
        deferred = self.get_deferred_fields()
        known: dict[str, Any] = {} if names is None else self._loaded
        for field in self._meta.concrete_fields:
            wanted = names is None or field.name in names or field.attname in names
            if wanted and field.attname not in deferred:
                known[field.attname] = _snapshot(getattr(self, field.attname))
        self._loaded = known

    def save(
        self,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Insert the row, or change the columns that differ from what was loaded; both with history.

        Nothing different: no write. Raises: NoUnit; Stale when somebody else changed the row meanwhile.
        """
        del force_insert, force_update, using
        if self._state.adding:
            self._insert()
        else:
            self._change(update_fields)

    def prepare_insert(self) -> None:
        """Give a new row its version and instants."""
        self.version = 1
        self.created_at = self.updated_at = db.current().at

    def accept_change(self, at: datetime, names: Iterable[str]) -> None:
        """Take over the version and instant that the database now has; these columns were written."""
        self.version += 1
        self.updated_at = at
        self.remember({"version", "updated_at", *names})

    def save_last(self) -> None:
        """Insert the row by the end of the unit, in which nothing reads it."""
        db.current().add(self._first())

    def _insert(self) -> None:
        inserts.send([self._first()])

    def _first(self) -> inserts.Part:
        self.prepare_insert()
        part = histories.part_of(self)
        db.current().created(type(self), [self.pk])
        self.remember()
        return part

    def _change(self, update_fields: Iterable[str] | None) -> None:
        unit = db.current()
        values = self.unsaved(None if update_fields is None else set(update_fields))
        if values:
            self.change_row(values)
            self.accept_change(unit.at, values)

    def change_row(self, values: dict[str, Any], kind: str = "~", **still: Any) -> None:
        """Write these values under the loaded version, and `still` conditions.

        Raises: Stale with the current version; ProgrammingFault for a row that was loaded without its version.
        """
        model: Any = type(self)
        if "version" not in self._loaded:
            message = f"{self._meta.label} was loaded without its version: without it nobody knows what was seen"
            raise ProgrammingFault(message)
        db.current().take(model, [self.pk])
        rows = model.all_objects.filter(pk=self.pk, version=self._loaded["version"], **still)
        if histories.change(rows, values, kind) != 1:
            current = model.all_objects.filter(pk=self.pk).values_list("version", flat=True).first()
            raise Stale(id=str(self.pk), version=current)

    def unsaved(self, only: set[str] | None = None) -> dict[str, Any]:
        """Return the columns, or those of `only`, that differ from what was loaded, with their new values."""
        found: dict[str, Any] = {}
        for field in self._meta.concrete_fields:
            wanted = only is None or field.name in only or field.attname in only
            if not wanted or field.attname not in self.__dict__ or field.name in _OWN:
                continue
            value = getattr(self, field.attname)
            if field.attname not in self._loaded or self._loaded[field.attname] != value:
                found[field.attname] = value
        return found

    def delete(self, *args: Any, **options: Any) -> Any:
        """Refuse: rows of this kind stay."""
        del args, options
        message = f"{self._meta.label} is kept: end it by a status"
        raise NotDeletable(message)


class Kept(Tracked):
    """A tracked row that must never disappear: customers, wallets, approvals, cases."""

    objects: ClassVar[Any] = AllManager()
    all_objects: ClassVar[Any] = AllManager()

    class Meta:
        abstract = True
        default_manager_name = "objects"
        base_manager_name = "all_objects"


class Domain(Tracked):
    """A tracked row that a person may drop: removed rows stay in the table, hidden from `objects`."""

    removal = ("deleted_at",)

    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_by = models.CharField(max_length=_ACTOR_LENGTH, null=True, editable=False)  # noqa: DJ001 - NULL with deleted_at

    objects: ClassVar[Any] = LiveManager()
    all_objects: ClassVar[Any] = AllManager()

    class Meta:
        abstract = True
        default_manager_name = "objects"
        base_manager_name = "all_objects"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(deleted_at__isnull=True, deleted_by__isnull=True)
                | models.Q(deleted_at__isnull=False, deleted_by__isnull=False),
                name="%(app_label)s_%(class)s_removed_by",
            ),
        )

    def delete(self, *args: Any, **options: Any) -> int:  # type: ignore[override]  # counts rows, Django's a cascade
        """Soft-delete the row; returns 1, or 0 when it was removed already.

        Raises: InUse when live rows refer to it; Stale.
        """
        del args, options
        unit = db.current()
        if self.deleted_at is not None:
            return 0
        db.lock(type(self), self.pk, mode="remove")
        ensure_unused(self)
        by = unit.by.id
        self.change_row({"deleted_at": unit.at, "deleted_by": by}, "-")
        self.deleted_at, self.deleted_by = unit.at, by
        self.accept_change(unit.at, ("deleted_at", "deleted_by"))
        return 1

    def restore(self) -> int:
        """Bring a removed row back; returns 1, or 0 when it is live.

        Raises: Duplicate when a live row has taken its unique value; Stale.
        """
        unit = db.current()
        if self.deleted_at is None:
            return 0
        self.change_row({"deleted_at": None, "deleted_by": None})
        self.deleted_at = self.deleted_by = None
        self.accept_change(unit.at, ("deleted_at", "deleted_by"))
        return 1


def _snapshot(value: Any) -> Any:
    return copy.deepcopy(value) if isinstance(value, dict | list) else value
