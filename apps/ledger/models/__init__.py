"""Rows of the ledger."""

from apps.ledger.models.accounts import Account, Balance, BoundsChange
from apps.ledger.models.assets import Asset, GlCode
from apps.ledger.models.caps import ReturnCap, TxnLink
from apps.ledger.models.chain import Anchor, Block
from apps.ledger.models.days import BalanceDay, BalanceMark
from apps.ledger.models.holds import Hold, HoldEvent
from apps.ledger.models.journal import Entry, PostingKey, Txn, TxnKind

__all__ = [
    "Account",
    "Anchor",
    "Asset",
    "Balance",
    "BalanceDay",
    "BalanceMark",
    "Block",
    "BoundsChange",
    "Entry",
    "GlCode",
    "Hold",
    "HoldEvent",
    "PostingKey",
    "ReturnCap",
    "Txn",
    "TxnKind",
    "TxnLink",
]
