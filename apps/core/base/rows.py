"""Domain and Kept rows change with a version and a history row; Log rows never; Operational rows in named columns."""

import copy
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, NoReturn, Self
from uuid import UUID

from django.db import models
from django.db.models.base import ModelBase

from apps.core import db, ids, triggers
from apps.core import history as histories
from apps.core.base.columns import Code, Status
from apps.core.base.keys import LiveKey
from apps.core.base.querysets import AllManager, LiveManager, ensure_unused
from apps.core.errors import NotDeletable, PlainUpdateRefused, Stale

_ACTOR_LENGTH = 80


class RowMeta(ModelBase):
    """Gives each concrete model the triggers and checks that its kind and its columns demand."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **options: Any) -> Any:
        """Make the class."""
        meta = attrs.get("Meta") or type("Meta", (), {})
        kind: Any = next((base for base in bases if isinstance(base, RowMeta)), None)
        if kind is not None and not meta.__dict__.get("abstract"):
            parents = tuple(base.Meta for base in bases if hasattr(base, "Meta"))
            attrs["Meta"] = type("Meta", (meta, *parents), _demands(kind, meta, parents, attrs))
        return super().__new__(mcs, name, bases, attrs, **options)


def _demands(kind: Any, meta: type, parents: tuple[type, ...], attrs: dict[str, Any]) -> dict[str, Any]:
    codes = {key: value for key, value in attrs.items() if isinstance(value, Code)}
    bound = [*triggers.refuse_removal(), *kind.change_triggers(attrs), *meta.__dict__.get("triggers", ())]
    bound += [triggers.live_parent(key) for key, value in attrs.items() if isinstance(value, LiveKey)]
    bound += [move for key, value in codes.items() if isinstance(value, Status) and (move := value.legal_moves(key))]
    checks = [check for key, value in codes.items() if (check := value.membership(key))]
    inherited = [rule for parent in parents for rule in getattr(parent, "constraints", ())]
    return {"triggers": bound, "constraints": [*inherited, *meta.__dict__.get("constraints", ()), *checks]}


class Row(models.Model, metaclass=RowMeta):
    """A row of any kind: a time-ordered id, made before the insert.

    `lock_rank` is its place in the order of locks, `id_prefix` its prefix outside, `may_outlive` the references that may
    point at removed rows, each with its reason.
    """

    id_prefix: ClassVar[str] = ""
    lock_rank: ClassVar[int]
    may_outlive: ClassVar[dict[str, str]] = {}

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)

    class Meta:
        abstract = True

    class Privacy:
        """Each column's class; the kinds declare their own columns."""

    @classmethod
    def change_triggers(cls, attrs: dict[str, Any]) -> list[Any]:
        """Return what guards an UPDATE of this kind."""
        raise NotImplementedError

    @property
    def ref(self) -> str:
        """Return the typed id."""
        return self.ref_of(self.pk)

    @classmethod
    def ref_of(cls, key: UUID) -> str:
        """Return the typed id of a row that need not be loaded."""
        return ids.encode(cls.id_prefix, key)


class Tracked(Row):
    """A row with versions and history."""

    version = models.BigIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    history = histories.History(triggers=[*triggers.refuse_removal(), triggers.refuse_update()])

    class Meta:
        abstract = True

    @classmethod
    def change_triggers(cls, attrs: dict[str, Any]) -> list[Any]:
        """Demand the version step and its history row."""
        del attrs
        return [triggers.version_step(), triggers.history_witness(histories.history_table)]

    @classmethod
    def from_db(cls, db: str | None, field_names: Iterable[str], values: Iterable[Any]) -> Self:
        """Load a row and remember its values, so that `save` knows what changed."""
        loaded = super().from_db(db, field_names, values)
        loaded.remember()
        return loaded

    def refresh_from_db(self, *args: Any, **options: Any) -> None:
        """Load the row again and remember its values."""
        super().refresh_from_db(*args, **options)
        self.remember()

    def remember(self) -> None:
        """Note the present values as those of the database."""
        deferred = self.get_deferred_fields()
        names = [field.attname for field in self._meta.concrete_fields if field.attname not in deferred]
        self._loaded = {name: _snapshot(getattr(self, name)) for name in names}

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
        del force_update, using
        if self._state.adding:
            self._insert(force_insert)
        else:
            self._change(update_fields)

    def prepare_insert(self) -> None:
        """Give a new row its version and instants."""
        self.version = 1
        self.created_at = self.updated_at = db.current().at

    def accept_change(self, at: datetime) -> None:
        """Take over the version and instant that the database now has."""
        self.version += 1
        self.updated_at = at
        self.remember()

    def _insert(self, force_insert: bool | tuple[ModelBase, ...]) -> None:
        unit = db.current()
        self.prepare_insert()
        super().save(force_insert=force_insert or True)
        unit.created(type(self), [self.pk])
        histories.write(type(self), [self.pk], "+")
        self.remember()

    def _change(self, update_fields: Iterable[str] | None) -> None:
        unit = db.current()
        values = self.unsaved(None if update_fields is None else set(update_fields))
        if values:
            self.change_row(values)
            self.accept_change(unit.at)

    def change_row(self, values: dict[str, Any], kind: str = "~", **still: Any) -> None:
        """Write these values under the loaded version, and `still` conditions.

        Raises: Stale with the current version.
        """
        model: Any = type(self)
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
            if not wanted or field.attname not in self.__dict__ or field.name in ("id", "version", "created_at", "updated_at"):
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
        self.accept_change(unit.at)
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
        self.accept_change(unit.at)
        return 1


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
    """A row that changes many times: only the columns named in `changing`, rebuildable from the Log its docstring names."""

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


def _snapshot(value: Any) -> Any:
    return copy.deepcopy(value) if isinstance(value, dict | list) else value
