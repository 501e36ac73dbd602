"""Boring rows of the ledger, made by its services; call them inside an open unit."""

from uuid import UUID

from apps.core import ids
from apps.core.money import Money
from apps.ledger.enums import Side
from apps.ledger.models import Account
from apps.ledger.services import accounts, journal
from apps.ledger.services.journal import Posted


def owner() -> str:
    """Return the typed id of a wallet that nobody else has."""
    return ids.encode("wal", ids.new())


def key() -> str:
    """Return a posting key that nobody else has."""
    return journal.posting_key(ids.encode("trf", ids.new()), "complete")


def wallet(asset: str = "USD", floor: int | None = 0, ceiling: int | None = None) -> Account:
    """Return a customer's account that may not be overdrawn."""
    return accounts.open_(code="L:WALLET", asset=asset, owner=owner(), floor=floor, ceiling=ceiling)


def house(code: str = "A:FBO", asset: str = "USD") -> Account:
    """Return an account of the house without bounds, of its own so that tests do not meet."""
    return accounts.open_(code=code, asset=asset, owner=owner())


def move(payer: UUID, payee: UUID, amount: int, asset: str = "USD", **words: str) -> Posted:
    """Post `amount` minor units from one account to another."""
    money = Money(amount, asset)
    return journal.post(
        lines=[journal.line(payer, money, Side.DR), journal.line(payee, money, Side.CR)],
        kind=words.pop("kind", "p2p.transfer"),
        key=words.pop("key", None) or key(),
        subject=words.pop("subject", "trf_test"),
        **words,
    )
