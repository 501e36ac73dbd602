"""Money between customers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from apps.notifications.enums import Kind, Param

_ABOUT_MONEY = {"money": Param.MONEY, "counterparty": Param.TEXT}


class P2pConfig(AppConfig):
    name = "apps.p2p"
    label = "p2p"
    verbose_name = _("P2P")
    notification_kinds = (
        Kind("p2p.transfer_sent", _ABOUT_MONEY),
        Kind("p2p.transfer_received", _ABOUT_MONEY),
        Kind("p2p.transfer_returned", _ABOUT_MONEY),
        Kind("p2p.transfer_withdrawn", _ABOUT_MONEY),
    )

    def ready(self) -> None:
        """Register what follows from transfers."""
        from apps.p2p import receivers  # noqa: F401, PLC0415 - app-ready
