"""Core: rows, units, history, audit, outbox, idempotency, keys."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The bottom of the project."""

    name = "apps.core"
    label = "core"
