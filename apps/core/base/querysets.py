"""Query sets that write history, and refuse the library calls that would not."""

from collections.abc import Iterable, Sequence
from typing import Any, NoReturn, TypeVar

from django.db import models

from apps.core import db, history
from apps.core.errors import InUse, NotDeletable, PlainUpdateRefused, ProgrammingFault, Stale

Row = TypeVar("Row", bound=models.Model)

_BATCH = 1_000
_UNIT_MAX = 10_000


class TrackedQuerySet(models.QuerySet[Row]):
    """Rows whose every change leaves a history row."""

    def change(self, *, expect: int | None = None, **values: Any) -> int:
        """Change these rows and write their history in one statement; expressions are allowed.

        Rows are locked in key order first. Returns the count.
        Raises: ProgrammingFault when the count differs from `expect` or passes 10,000 rows in one unit.
        """
        keys = self._lock_all()
        changed = history.change(self._bare().filter(pk__in=keys), values) if keys else 0
        if expect is not None and changed != expect:
            message = f"{changed} rows of {self.model._meta.label} changed, {expect} expected"
            raise ProgrammingFault(message)
        return changed

    def bulk_create(self, objs: Iterable[Row], *args: Any, **options: Any) -> list[Row]:
        """Insert rows and their history in two statements. Conflict options are refused: they hide what happened."""
        if options.get("ignore_conflicts") or options.get("update_conflicts"):
            _refuse("bulk_create with conflict options")
        unit, rows = db.current(), list(objs)
        for row in rows:
            row.prepare_insert()  # type: ignore[attr-defined]  # tracked rows only
        made = super().bulk_create(rows, *args, **options)
        keys = [row.pk for row in made]
        unit.created(self.model, keys)
        history.write(self.model, keys, "+")
        for row in made:
            row.remember()  # type: ignore[attr-defined]  # tracked rows only
        return made

    def bulk_change(self, rows: Sequence[Row], fields: Sequence[str]) -> int:
        """Write these fields of many loaded rows, each under its version, in batches of 1,000.

        Raises: Stale naming the rows that somebody else changed; nothing is changed then.
        """
        unit = db.current()
        unit.take(self.model, [row.pk for row in rows])
        ordered = sorted(rows, key=lambda row: row.pk)
        for start in range(0, len(ordered), _BATCH):
            batch = ordered[start : start + _BATCH]
            missed = history.change_each(self.model, batch, list(fields))
            if missed:
                raise Stale(ids=[str(key) for key in missed])
        for row in ordered:
            row.accept_change(unit.at, fields)  # type: ignore[attr-defined]  # tracked rows only
        return len(ordered)

    def delete(self) -> int:  # type: ignore[override]  # a soft delete counts rows, Django's a cascade
        """Soft-delete these rows one by one and return how many were live."""
        return sum(row.delete() for row in self)  # type: ignore[misc]

    def update(self, **_values: Any) -> NoReturn:
        """Refuse: it would change rows without their history."""
        _refuse("update()")

    def bulk_update(self, *_args: Any, **_options: Any) -> NoReturn:
        """Refuse: it would change rows without their history."""
        _refuse("bulk_update()")

    def _raw_delete(self, using: Any) -> NoReturn:
        del using
        message = f"{self.model._meta.label}: rows are never removed from the table"
        raise NotDeletable(message)

    def _bare(self) -> "TrackedQuerySet[Row]":
        rows: TrackedQuerySet[Row] = self.model.all_objects.all()  # type: ignore[attr-defined]
        return rows

    def _lock_all(self) -> list[Any]:
        unit = db.current()
        keys = list(self.order_by("pk").values_list("pk", flat=True)[: _UNIT_MAX + 1])
        if len(keys) > _UNIT_MAX:
            message = f"more than {_UNIT_MAX} rows in one unit: change them in batches"
            raise ProgrammingFault(message)
        unit.take(self.model, keys)
        locked = self.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True, of=("self",))
        return list(locked.values_list("pk", flat=True))


class LiveManager(models.Manager.from_queryset(TrackedQuerySet)):  # type: ignore[misc]  # built at run time
    """The rows that were not removed."""

    def get_queryset(self) -> TrackedQuerySet[Any]:
        """Return live rows."""
        rows: TrackedQuerySet[Any] = super().get_queryset().filter(deleted_at__isnull=True)
        return rows


class AllManager(models.Manager.from_queryset(TrackedQuerySet)):  # type: ignore[misc]  # built at run time
    """All rows, removed ones included: what a reference may still lead to."""


def ensure_unused(row: models.Model) -> None:
    """Refuse the removal of a row that live rows still refer to; facts and operational rows are always live.

    The caller holds the row FOR UPDATE, so no new child can appear.
    Raises: InUse naming models and counts.
    """
    users: dict[str, int] = {}
    # Hidden relations are those of other apps; history refers without protecting.
    relations: list[Any] = row._meta.get_fields(include_hidden=True)
    for relation in relations:
        if getattr(relation, "on_delete", None) is not models.PROTECT:
            continue
        model, name = relation.related_model, relation.field.name
        if name in model.may_outlive:
            continue
        children = model._default_manager.filter(**{name: row}).count()
        if children:
            users[model._meta.label] = users.get(model._meta.label, 0) + children
    if users:
        raise InUse(users=users)


def _refuse(call: str) -> NoReturn:
    message = f"{call} writes no history: use change(), bulk_change() or save() inside db.unit"
    raise PlainUpdateRefused(message)
