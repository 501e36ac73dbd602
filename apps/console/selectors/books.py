"""The books as a whole, as the console shows them."""

from datetime import date

from apps.ledger.selectors import trial_balance
from apps.ledger.selectors.trial_balance import TrialBalance


def assets() -> list[str]:
    """Return the codes of all assets that accounts are kept in."""
    return trial_balance.assets()


def balance(*, asset: str, on: date) -> TrialBalance:
    """Return the trial balance of an asset at the end of a value date. Raises: unknown_currency."""
    return trial_balance.at(asset=asset, on=on)
