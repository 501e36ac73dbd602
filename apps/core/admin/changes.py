"""The history of one row as a person reads it: who changed which columns, from what to what, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from apps.core.admin import keyset, shown
from apps.core.admin.shown import Column

_PER_PAGE: Final = 50
_STAMPS: Final = ("version", "created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class Change:
    """One version of a row: its instant, its author, and each column that differs from the version before."""

    version: int
    at: Any
    by: Any
    why: str
    door: str
    request_id: str
    kind: str
    lines: list[tuple[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of versions, the newest first."""

    rows: list[Change]
    after: str


def changes(row: Any, lines: Sequence[Column], *, after: str) -> Changes:
    """Return a page of a row's history, masked as its record is."""
    versions = type(row).history.filter(id=row.pk)
    found = keyset.page(versions, ("-version",), limit=_PER_PAGE, after=after)
    earlier = list(found.rows[1:])
    if found.rows:
        earlier.append(versions.filter(version=found.rows[-1].version - 1).first())
    return Changes([_change(new, old, lines) for new, old in zip(found.rows, earlier, strict=True)], found.after)


def _change(new: Any, old: Any, lines: Sequence[Column]) -> Change:
    differing = [
        (line.label, shown.NOTHING if old is None else line.cell(old), line.cell(new))
        for line in lines
        if line.name not in _STAMPS and (old is None or _raw(new, line.name) != _raw(old, line.name))
    ]
    return Change(
        version=new.version,
        at=shown.instant(new.history_date),
        by=shown.text(new.history_user_id),
        why=new.history_change_reason,
        door=new.door,
        request_id=new.request_id,
        kind=new.history_type,
        lines=differing,
    )


def _raw(row: Any, name: str) -> Any:
    field = row._meta.get_field(name)
    return getattr(row, field.attname)
