"""Support: tickets and live chat."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.notifications.enums import Kind, Param


class HelpdeskConfig(AppConfig):
    name = "apps.helpdesk"
    label = "helpdesk"
    verbose_name = _("helpdesk")
    notification_kinds = (
        Kind("helpdesk.ticket_answered", {"number": Param.TEXT}),
        Kind("helpdesk.ticket_resolved", {"number": Param.TEXT}),
        Kind("helpdesk.chat_left_unread", {"agent": Param.TEXT}),
    )

    def ready(self) -> None:
        """Register what follows from news."""
        from apps.helpdesk import receivers  # noqa: F401, PLC0415 - app-ready
