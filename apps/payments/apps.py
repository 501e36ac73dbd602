"""Outside money: connectors, payment methods, top-ups, the webhook inbox."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.notifications.enums import Kind, Param
from apps.payments.adapters import registry, stripe_account

_ABOUT_A_TOP_UP = {"money": Param.MONEY, "last4": Param.TEXT}


class PaymentsConfig(AppConfig):
    """It takes money from cards into wallets; products move outside money only through it."""

    name = "apps.payments"
    label = "payments"
    verbose_name = _("payments")
    notification_kinds = (
        Kind("payments.top_up_captured", _ABOUT_A_TOP_UP),
        Kind("payments.top_up_declined", _ABOUT_A_TOP_UP),
    )

    def ready(self) -> None:
        """Make the connector of this process known, and what follows from topics."""
        import_module("apps.payments.receivers")
        account = stripe_account.Account(
            api_base=settings.STRIPE_API_BASE,
            secret_key=settings.STRIPE_SECRET_KEY,
            webhook_secrets=tuple(settings.STRIPE_WEBHOOK_SECRETS),
        )
        registry.register(registry.Connector(account))

    def load_reference(self) -> None:
        """Load what partners' codes mean and when taken money can be used."""
        from apps.payments.services import reference  # noqa: PLC0415 - app-ready

        reference.load(folder=Path(settings.BASE_DIR) / "reference" / "payments")
