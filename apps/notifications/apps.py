"""Telling people: the inbox, mails and one-time codes."""

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """It knows no customer: a recipient is a typed id, and the texts belong to the apps that declare the kinds."""

    name = "apps.notifications"
    label = "notifications"
    verbose_name = _("notifications")

    def invariants(self) -> list[tuple[str, Callable[[], list[Any]]]]:
        """Return the checks of inboxes and deliveries."""
        from apps.notifications.selectors import invariants  # noqa: PLC0415 - app-ready

        return invariants.checks()
