"""Core: rows, units, history, audit, outbox, idempotency, keys."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The bottom of the project.

    Every app configuration may have `sealed_tables` (tables that only functions of the app write) and `invariants()`
    (pairs of a code and a function that returns what breaks it).
    """

    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        """Register the lists of core; the base that all lists share is imported before there is a site."""
        import_module("apps.core.admin.lists")

    def invariants(self) -> list[tuple[str, Callable[[], list[Any]]]]:
        """Return the checks of history, audit, roles and partitions."""
        from apps.core.services import invariants  # noqa: PLC0415 - app-ready

        return invariants.of_core()
