"""Ledger: the book of every balance."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.ledger.selectors import arrays


class LedgerConfig(AppConfig):
    """Pure double entry; it knows no customer."""

    name = "apps.ledger"
    label = "ledger"
    verbose_name = _("ledger")
    sealed_tables = (
        "ledger_balance",
        "ledger_balanceday",
        "ledger_balancemark",
        "ledger_block",
        "ledger_boundschange",
        "ledger_entry",
        "ledger_hold",
        "ledger_holdevent",
        "ledger_postingkey",
        "ledger_returncap",
        "ledger_txn",
        "ledger_txnlink",
    )

    def ready(self) -> None:
        """Teach the driver the arrays of postings, before there is a connection."""
        arrays.register()

    def load_reference(self) -> None:
        """Load assets, codes and kinds of transactions."""
        from apps.ledger.services import chart  # noqa: PLC0415 - app-ready

        chart.load(folder=Path(settings.BASE_DIR) / "reference" / "ledger")

    def invariants(self) -> list[tuple[str, Callable[[], list[Any]]]]:
        """Return the checks of the books."""
        from apps.ledger.selectors import invariants  # noqa: PLC0415 - app-ready
        from apps.ledger.services import chain  # noqa: PLC0415 - app-ready

        return [*invariants.checks(), ("ledger.I11.chain", chain.faults)]
