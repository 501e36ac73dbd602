"""The tree of pages at the side: only what the person may open, made anew for each request."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from apps.console.admin import frame


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the tree."""

    title: Any
    url: str
    icon: str = ""
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Some links under a title; records are folded unless one of them is open."""

    title: Any
    entries: list[Entry]
    is_folded: bool = False

    @property
    def is_here(self) -> bool:
        """Tell whether the open page is one of the group."""
        return any(entry.is_here for entry in self.entries)


# Pages by name, with the codes that open them; lists of one model are named as Django names them.
_WORK: Final[tuple[tuple[str, Any, str, tuple[str, ...]], ...]] = (
    ("index", _("Home"), "home", ()),
    ("search", _("Search"), "search", ()),
)


def groups(request: HttpRequest) -> list[Group]:
    """Return the tree for the person who asks."""
    if not frame.is_staff(request):
        return []
    work = Group(_("Work"), list(_pages(request)))
    return [work, *_records(request)]


def _pages(request: HttpRequest) -> Iterator[Entry]:
    for name, title, symbol, codes in _WORK:
        if frame.holds(request, codes):
            url = reverse(f"admin:{name}")
            is_here = request.path == url if name == "index" else request.path.startswith(url)
            yield Entry(title, url, symbol, is_here)


def _records(request: HttpRequest) -> Iterator[Group]:
    by_app: dict[str, list[Entry]] = {}
    for model in apps.get_models():
        if admin.site.is_registered(model) and admin.site.get_model_admin(model).has_view_permission(request):
            meta = model._meta
            url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
            entry = Entry(capfirst(str(meta.verbose_name_plural)), url, "", request.path.startswith(url))
            by_app.setdefault(meta.app_label, []).append(entry)
    for label in sorted(by_app):
        name = capfirst(str(apps.get_app_config(label).verbose_name))
        yield Group(name, sorted(by_app[label], key=lambda entry: str(entry.title)), is_folded=True)
