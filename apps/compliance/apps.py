"""Who a customer is: applications, documents, decisions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.notifications.enums import Kind, Param


class ComplianceConfig(AppConfig):
    name = "apps.compliance"
    label = "compliance"
    verbose_name = _("compliance")
    notification_kinds = (
        Kind("compliance.application_approved", {}),
        Kind("compliance.application_rejected", {}),
        Kind("compliance.information_requested", {"due_at": Param.INSTANT}),
    )

    def ready(self) -> None:
        """Register what follows from decisions."""
        from apps.compliance import receivers  # noqa: F401, PLC0415 - app-ready
