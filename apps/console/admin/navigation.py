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

from apps.console.admin.queues import OWN_PAGES
from apps.console.selectors import queues
from apps.core.admin import frame


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
_PLACES: Final[tuple[tuple[str, Any, str, tuple[str, ...]], ...]] = (
    ("index", _("Home"), "home", ()),
    ("search", _("Search"), "search", ()),
    ("tickets", _("Tickets"), "confirmation_number", ("helpdesk.ticket.read",)),
    ("desk", _("Chat desk"), "forum", ("helpdesk.chat.take",)),
    ("trial_balance", _("Trial balance"), "account_balance", ("ledger.trial_balance.view",)),
    ("audit", _("Audit"), "policy", ("console.audit.view",)),
)
_PAGES_OF: Final = {"compliance.kyc": "kyc_", "payments.unknown": "payment", "tickets": "ticket"}
"""How the names of the pages begin that are below a place, or on which a queue's work is done."""
_ICONS: Final = {"compliance.kyc": "verified_user", "payments.unknown": "help"}


def groups(request: HttpRequest) -> list[Group]:
    """Return the tree for the person who asks."""
    work = Group(_("Work"), [*_pages(request), *_queues(request)])
    return [work, *_records(request)]


def _pages(request: HttpRequest) -> Iterator[Entry]:
    for name, title, symbol, codes in _PLACES:
        if frame.holds(request, codes):
            url = reverse(f"admin:{name}")
            is_here = request.path == url if name == "index" else request.path.startswith(url)
            yield Entry(title, url, symbol, is_here or _is_below(request, name))


def _queues(request: HttpRequest) -> Iterator[Entry]:
    for queue in queues.of_person(request.user):
        if queue.code not in OWN_PAGES:
            url = reverse("admin:queue", args=[queue.code])
            is_here = request.path.startswith(url) or _is_below(request, queue.code)
            yield Entry(queue.title, url, _ICONS.get(queue.code, "checklist"), is_here)


def _records(request: HttpRequest) -> Iterator[Group]:
    by_app: dict[str, list[Entry]] = {}
    for model in apps.get_models():
        if admin.site.is_registered(model) and admin.site.get_model_admin(model).has_view_permission(request):
            meta = model._meta
            url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
            is_here = _name(request).startswith(f"{meta.app_label}_{meta.model_name}_")
            entry = Entry(capfirst(str(meta.verbose_name_plural)), url, "", is_here)
            by_app.setdefault(meta.app_label, []).append(entry)
    for label in sorted(by_app):
        name = capfirst(str(apps.get_app_config(label).verbose_name))
        yield Group(name, sorted(by_app[label], key=lambda entry: str(entry.title)), is_folded=True)


def _is_below(request: HttpRequest, place: str) -> bool:
    return place in _PAGES_OF and _name(request).startswith(_PAGES_OF[place])


def _name(request: HttpRequest) -> str:
    return (request.resolver_match.url_name or "") if request.resolver_match else ""
