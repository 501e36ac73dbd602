"""How people work, whatever the subject: queues with leases, commands, reason codes."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "apps.workflow"
    label = "workflow"
    verbose_name = _("workflow")

    def load_reference(self) -> None:
        """Load the reasons of every app."""
        from apps.workflow.services import reasons  # noqa: PLC0415 - app-ready

        reasons.load(folder=Path(settings.BASE_DIR) / "reference")
