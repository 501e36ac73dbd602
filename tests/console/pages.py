"""Every address of the console with what opens it, read from the site itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin  # noqa: TID251 - the site is what is looked at
from django.db import models
from django.urls import reverse

from apps.accounts.enums import ROLE_PERMISSIONS, Role
from apps.console.admin.site import PAGES
from apps.core.admin import EVERY_RECORD, Page


@dataclass(frozen=True, slots=True)
class Door:
    """An address, the codes of which one opens it (none: all of staff), and the methods that it takes."""

    name: str
    url: str
    codes: tuple[str, ...]
    methods: tuple[str, ...] = ("GET", "HEAD")

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
