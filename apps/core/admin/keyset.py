"""Lists by place instead of page number: the thousandth page costs what the first does. Cursors are signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.views import ChangeList

from apps.core.admin import shown

AFTER: Final = "after"
BEFORE: Final = "before"
MOST_COUNTED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and the cursors beside them; empty at the ends."""

    rows: list[Any]
    after: str
    before: str


def page(rows: QuerySet[Any], order: Sequence[str], *, limit: int, after: str = "", before: str = "") -> Page:
    """Return the rows beyond a cursor, in an order of columns that ends in a unique one; bad cursors start anew."""
    signer = Signer(salt=f"console {rows.model._meta.label} {' '.join(order)}")
    place = _read(signer, before or after)
    is_backward = bool(before) and place is not None
    directed = [_turned(name) for name in order] if is_backward else list(order)
    found = rows.order_by(*directed)
    if place is not None:
        columns = [rows.model._meta.get_field(name.lstrip("-")) for name in order]
        values = [column.to_python(value) for column, value in zip(columns, place, strict=True)]
        found = found.filter(_beyond(directed, values))
    taken = list(found[: limit + 1])
    has_more, taken = len(taken) > limit, taken[:limit]
    if is_backward:
        taken.reverse()
    has_after, has_before = (True, has_more) if is_backward else (has_more, place is not None)
    names = [name.lstrip("-") for name in order]
    return Page(
        rows=taken,
        after=signer.sign_object([str(getattr(taken[-1], name)) for name in names]) if taken and has_after else "",
        before=signer.sign_object([str(getattr(taken[0], name)) for name in names]) if taken and has_before else "",
    )


def count(rows: QuerySet[Any]) -> int:
    """Return the number of rows, counted to just beyond the most that is shown."""
    return int(rows.order_by()[: MOST_COUNTED + 1].count())


class KeysetChangeList(ChangeList):  # type: ignore[misc]  # the library has no types
    """Django's list of rows in the fixed order of its ModelAdmin, by cursors, with a count that gives up early."""

    def get_filters_params(self, params: Any = None) -> Any:
        """Return the parameters that are filters."""
        found = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in (AFTER, BEFORE)}

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        """Return the one order."""
        del request, queryset
        return list(self.model_admin.keyset)

    def get_results(self, request: HttpRequest) -> None:
        """Fetch one page."""
        found = page(
            self.queryset,
            self.model_admin.keyset,
            limit=self.list_per_page,
            after=request.GET.get(AFTER, ""),
            before=request.GET.get(BEFORE, ""),
        )
        self.result_list = found.rows
        self.result_count = self.full_result_count = count(self.queryset)
        self.count_text = f"{self.result_count:,}"
        self.is_count_capped = self.result_count > MOST_COUNTED
        self.show_full_result_count, self.show_admin_actions = False, False
        self.can_show_all, self.multi_page = False, bool(found.after or found.before)
        self.paginator = None
        self.next_link = self._link(AFTER, found.after)
        self.previous_link = self._link(BEFORE, found.before)
        self.first_link = self.get_query_string(remove=[AFTER, BEFORE]) if self.previous_link else ""
        self.filter_choices = [(spec, list(spec.choices(self))) for spec in self.filter_specs]
        self.headers = [column.label for column in self.model_admin.columns]
        first, *others = self.model_admin.columns
        self.rows = [
            ("" if first.is_key else self.url_for_result(row), first.cell(row), [one.cell(row) for one in others])
            for row in found.rows
        ]

    def _link(self, name: str, cursor: str) -> str:
        return str(self.get_query_string({name: cursor}, remove=[AFTER, BEFORE])) if cursor else ""

    def url_for_result(self, result: Any) -> str:
        """Return the address of a row's page."""
        return shown.record_url(type(result), result)


def _read(signer: Signer, cursor: str) -> list[Any] | None:
    try:
        return list(signer.unsign_object(cursor)) if cursor else None
    except BadSignature:
        return None


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Return what lies after these values: never before the first column's, so that one index range holds it."""
    name, value = order[0].lstrip("-"), values[0]
    side = "lt" if order[0].startswith("-") else "gt"
    further = Q(**{f"{name}__{side}": value})
    if len(order) == 1:
        return further
    return Q(**{f"{name}__{side}e": value}) & (further | Q(**{name: value}) & _beyond(order[1:], values[1:]))
