"""Lists of the ledger."""

from apps.ledger.admin import accounts, journal, returns

__all__ = ["accounts", "journal", "returns"]
