"""Every address of the console with what opens it, read from the site itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin  # noqa: TID251 - the site is what is looked at
from django.db import models
from django.urls import reverse

from apps.accounts.enums import ROLE_PERMISSIONS, Role
from apps.accounts.models import Customer
from apps.console.admin.site import PAGES
from apps.core import ids
from apps.core.admin import EVERY_RECORD, Page, shown
from apps.workflow.models import WorkItem
from tests.support import kinds

# Whose id the pages of the site itself name, by what their addresses begin with.
SUBJECTS: dict[str, type[models.Model]] = {"customers": Customer, "work": WorkItem}


@dataclass(frozen=True, slots=True)
class Door:
    """An address, the codes of which one opens it (none: all of staff), and the methods that it takes.

    `absent` is the same address about something that is not there.
    """

    name: str
    url: str
    codes: tuple[str, ...]
    methods: tuple[str, ...] = ("GET", "HEAD")
    absent: str = ""

    @property
    def is_record(self) -> bool:
        """Tell whether it shows a row as every list does, by the list's own codes."""
        return self.name.endswith(("_change", "_history"))

    def opens_to(self, role: Role) -> bool:
        """Tell whether a role holds one of the codes."""
        return not self.codes or bool(ROLE_PERMISSIONS[role].intersection(self.codes))


def registered() -> list[type[models.Model]]:
    """Return the models with a list."""
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def lists() -> Iterator[Door]:
    """Return the list of every model."""
    for model in registered():
        yield Door(f"{name_of(model)}_changelist", reverse(f"admin:{name_of(model)}_changelist"), codes_of(model))


def every_page() -> list[Page]:
    """Return the pages of the site itself and those of every list."""
    return [*PAGES, *(page for one in admin.site._registry.values() for page in getattr(one, "pages", ()))]


def plain_pages() -> Iterator[Door]:
    """Return the pages that need no id."""
    for page in every_page():
        if "<" not in page.route:
            yield Door(page.name, reverse(f"admin:{page.name}"), page.permissions, page.methods)


def pages_of(customer: Any) -> Iterator[Door]:
    """Return the pages about one customer: the page itself, the record and its history."""
    yield Door("customer", reverse("admin:customer", args=[customer.ref]), codes_of_page("customer"))
    for part in ("change", "history"):
        url = reverse(f"admin:accounts_customer_{part}", args=[customer.ref])
        yield Door(f"accounts_customer_{part}", url, codes_of(type(customer)))


def pages_of_rows() -> Iterator[Door]:
    """Return every page about one thing, with a new row of its noun."""
    for page in PAGES:
        start = page.route.partition("/")[0]
        if start in SUBJECTS:
            yield _door(page.name, kinds.make(SUBJECTS[start]), page.permissions, page.methods)
        elif "<" in page.route and page.permissions:
            urls = [reverse(f"admin:{page.name}", args=[code]) for code in ("compliance.kyc", "no.such.queue")]
            yield Door(page.name, urls[0], page.permissions, page.methods, urls[1])
    for model in registered():
        row = kinds.make(model)
        for part in ("change", "history"):
            yield _door(f"{name_of(model)}_{part}", row, codes_of(model))
        for page in admin.site._registry[model].pages:  # type: ignore[attr-defined]  # the base of all our lists
            if "<" in page.route:
                yield _door(page.name, row, page.permissions, page.methods)


def _door(name: str, row: models.Model, codes: tuple[str, ...], methods: tuple[str, ...] = ("GET", "HEAD")) -> Door:
    prefix = getattr(row, "id_prefix", "")
    keys = (shown.key_of(row), ids.encode(prefix, ids.new()) if prefix else "0")
    url, absent = (reverse(f"admin:{name}", args=[key]) for key in keys)
    return Door(name, url, codes, methods, absent)


def codes_of_page(name: str) -> tuple[str, ...]:
    """Return the codes that open a page."""
    return next(page.permissions for page in every_page() if page.name == name)


def name_of(model: type[models.Model]) -> str:
    """Return what the names of a model's addresses begin with."""
    return f"{model._meta.app_label}_{model._meta.model_name}"


def codes_of(model: type[models.Model]) -> tuple[str, ...]:
    """Return the codes that open a list."""
    registry: dict[Any, Any] = admin.site._registry
    return (*registry[model].permissions, EVERY_RECORD)
