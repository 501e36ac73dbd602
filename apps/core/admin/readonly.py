"""Lists and records that are looked at: the base of every ModelAdmin. Nothing is added, changed or removed here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from unfold.admin import ModelAdmin

from apps.core import ids
from apps.core.admin import keyset, shown
from apps.core.admin.changes import changes
from apps.core.admin.frame import Page
from apps.core.admin.shown import Column, Forms

EVERY_RECORD: Final = "console.record.view"
"""The code of those who may look at every list: they see it as masked as everybody."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that belong to a record, on its page."""

    title: Any
    headers: Sequence[Any]
    rows: Sequence[Sequence[Any]] = field(default_factory=tuple)


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # the library has no types
    """A list in a fixed order with a page for each row.

    `permissions` are codes of which one suffices to look; `keyset` is an order by an index that ends uniquely; `money`
    names, for a column of minor units, the attribute with its currency; `refs` the prefix of ids kept bare; `words`
    functions that tell what a number stands for, without a query for each; `tables` are functions of a row that return
    what belongs to it; `pages` are screens of this noun with addresses below the list's.
    """

    permissions: ClassVar[tuple[str, ...]] = ()
    keyset: ClassVar[tuple[str, ...]] = ("-id",)
    money: ClassVar[Mapping[str, str]] = {}
    refs: ClassVar[Mapping[str, str]] = {}
    words: ClassVar[Mapping[str, Callable[[Any], str]]] = {}
    tables: ClassVar[tuple[Callable[[Any], Table], ...]] = ()
    pages: ClassVar[tuple[Page, ...]] = ()

    list_per_page = 50
    show_full_result_count = False
    actions = None
    search_fields = ()
    sortable_by = ()
    view_on_site = False
    change_list_template = "console/list.html"

    def ref(self, row: Any) -> Any:
        """Return the typed id of a row."""
        return shown.ref(shown.key_of(row))

    @cached_property
    def columns(self) -> list[Column]:
        """Return the columns of the list."""
        return [self._column(name) for name in self.list_display]

    @cached_property
    def lines(self) -> list[Column]:
        """Return the lines of a record: all columns but secret ones and the key, which its title shows."""
        kept = shown.privacy(self.model)
        names = [one.name for one in self.model._meta.concrete_fields]
        return [self._column(name) for name in names if name != "id" and kept.get(name) != "secret"]

    @property
    def media(self) -> Media:
        """Return nothing: the scripts of Django's forms are not needed, and Unfold would read a shared request."""
        return Media()

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses of a list and of its own pages; what would change a row has none of Django's."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        site = self.admin_site
        own = [path(page.route, site.admin_view(page.guarded()), name=page.name) for page in self.pages]
        return [
            *own,
            path("", site.admin_view(self.changelist_view), name=f"{name}_changelist"),
            path("<str:object_id>/history/", site.admin_view(self.history_view), name=f"{name}_history"),
            path("<str:object_id>/", site.admin_view(self.change_view), name=f"{name}_change"),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        del request, kwargs
        return keyset.KeysetChangeList

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        del request
        return list_display[:1]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Allow the declared filters alone: any other condition could ask for what is masked."""
        del value, request
        names = [one if isinstance(one, str) else one.parameter_name for one in self.list_filter]
        return lookup.split("__", maxsplit=1)[0] in names

    def has_add_permission(self, request: HttpRequest) -> bool:
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del obj
        user: Any = request.user
        return any(user.has_perm(code) for code in (*self.permissions, EVERY_RECORD))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        title = {"title": capfirst(str(self.opts.verbose_name_plural)), **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, title)
        return answer

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a record."""
        del form_url, extra_context
        row = self._row(request, object_id)
        tables = [make(row) for make in self.tables]
        context = {"lines": [(line.label, line.cell(row)) for line in self.lines], "tables": tables}
        history = self._url("history", shown.key_of(row)) if self.has_history else ""
        return self._page(request, "console/record.html", row, {**context, "history_url": history})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show what a record looked like, the newest change first."""
        del extra_context
        row = self._row(request, object_id)
        if not self.has_history:
            raise Http404
        found = changes(row, self.lines, after=request.GET.get(keyset.AFTER, ""))
        return self._page(request, "console/history.html", row, {"page": found, "is_history": True})

    @property
    def has_history(self) -> bool:
        """Tell whether changes of these rows are kept."""
        return hasattr(self.model, "history")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the rows with what their columns name, for a record too."""
        rows: models.QuerySet[Any] = super().get_queryset(request)
        return rows.select_related(*self.list_select_related) if self.list_select_related else rows

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Return the row of a typed id, or of a natural key where rows have no typed id."""
        prefix = getattr(self.model, "id_prefix", "")
        try:
            key = str(ids.decode(prefix, object_id)) if prefix else object_id
        except ids.BadId:
            return None
        return super().get_object(request, key, from_field)

    def _row(self, request: HttpRequest, object_id: str | None) -> Any:
        if request.method not in ("GET", "HEAD") or object_id is None or not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def _page(self, request: HttpRequest, template: str, row: models.Model, context: dict[str, Any]) -> HttpResponse:
        key = shown.key_of(row)
        crumbs = [(capfirst(str(self.opts.verbose_name_plural)), self._url("changelist"))]
        if "is_history" in context:
            crumbs.append((shown.short(key), self._url("change", key)))
        names = {"title": capfirst(str(self.opts.verbose_name)), "key": key, "crumbs": crumbs}
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **names, **context})

    def _url(self, page: str, *key: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=key)

    def _column(self, name: str) -> Column:
        return shown.column(self.model, name, Forms(self.money, self.refs, self.words))
