"""Lists of the ledger."""

from apps.ledger.admin import accounts, chain, holds, journal, returns

__all__ = ["accounts", "chain", "holds", "journal", "returns"]
