"""Cursor lists: a signed, opaque place in an order, valid for one list, its filters and one caller."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet

from apps.core.api.problems import InvalidCursor

NEWEST_FIRST: Final = ("-id",)


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` rows beyond the place `after`, in the list's order; before it, nearest first, if backward."""

    limit: int
    after: tuple[Any, ...] | None = None
    is_backward: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Rows in a unique order: how to fetch a window, and the place of a row as plain values."""

    fetch: Callable[[Window], Sequence[Any]]
    place: Callable[[Any], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page and the cursors beside it."""

    rows: list[Any]
    next: str | None
    previous: str | None


def of_queryset(rows: QuerySet[Any], order: Sequence[str] = NEWEST_FIRST) -> Source:
    """Return rows in an order of columns that ends in a unique one."""
    names = [name.lstrip("-") for name in order]
    columns = [rows.model._meta.get_field(name) for name in names]

    def fetch(window: Window) -> list[Any]:
        directed = [_turned(name) for name in order] if window.is_backward else list(order)
        found = rows.order_by(*directed)
        if window.after is not None:
            values = [column.to_python(value) for column, value in zip(columns, window.after, strict=True)]
            found = found.filter(_beyond(directed, values))
        return list(found[: window.limit])

    return Source(fetch, lambda row: tuple(str(getattr(row, name)) for name in names))


def of_sequence(rows: Sequence[Any], place: Callable[[Any], str]) -> Source:
    """Return few rows that are at hand, in ascending order of their place."""

    def fetch(window: Window) -> list[Any]:
        after = window.after[0] if window.after else ""
        if window.is_backward:
            return [row for row in reversed(rows) if place(row) < after][: window.limit]
        return [row for row in rows if place(row) > after][: window.limit]

    return Source(fetch, lambda row: (place(row),))


def page(source: Source, *, limit: int, cursor: str | None, bound: str) -> Page:
    """Return a page; `bound` names the list with its filters and the caller. Raises: invalid_cursor."""
    signer = Signer(salt=f"cursor {bound}")
    after, is_backward = _read(signer, cursor) if cursor else (None, False)
    found = list(source.fetch(Window(limit + 1, after, is_backward)))
    has_more, rows = len(found) > limit, found[:limit]
    if is_backward:
        rows.reverse()
    has_next, has_previous = (True, has_more) if is_backward else (has_more, after is not None)
    return Page(
        rows=rows,
        next=signer.sign_object(["n", *source.place(rows[-1])]) if rows and has_next else None,
        previous=signer.sign_object(["p", *source.place(rows[0])]) if rows and has_previous else None,
    )


def link(path: str, filters: Mapping[str, str], limit: int, cursor: str | None) -> str | None:
    """Return the address of a page, from the root of the site."""
    return None if cursor is None else f"{path}?{urlencode({**filters, 'limit': limit, 'cursor': cursor})}"


def _read(signer: Signer, cursor: str) -> tuple[tuple[Any, ...], bool]:
    try:
        direction, *after = signer.unsign_object(cursor)
    except BadSignature as error:
        raise InvalidCursor from error
    return tuple(after), direction == "p"


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Return the condition for rows after these values: greater in the first column, or equal there and so on."""
    name, value = order[0].lstrip("-"), values[0]
    further = Q(**{f"{name}__{'lt' if order[0].startswith('-') else 'gt'}": value})
    return further if len(order) == 1 else further | Q(**{name: value}) & _beyond(order[1:], values[1:])
