"""People, logins, wallets, tiers and limits."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who the customers are, what they own and how much they may move."""

    name = "apps.accounts"
    label = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        """Listen to allauth, which tells by signals alone what a person did."""
        from apps.accounts.api import allauth_events  # noqa: PLC0415 - app-ready

        allauth_events.listen()

    def load_reference(self) -> None:
        """Load tiers and their limits."""
        from apps.accounts.services import tiers  # noqa: PLC0415 - app-ready

        tiers.load(folder=Path(settings.BASE_DIR) / "reference" / "accounts")
