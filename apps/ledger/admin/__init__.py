"""Lists of the ledger."""

from apps.ledger.admin import accounts, chain, journal, returns

__all__ = ["accounts", "chain", "journal", "returns"]
