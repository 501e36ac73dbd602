"""Boring rows of the ledger, made by its services; call them inside an open unit."""

from typing import Any
from uuid import UUID

from apps.core import db, ids
from apps.core.money import Money
from apps.ledger.enums import AssetKind, HoldKind, Side
from apps.ledger.models import (
    Account,
    Anchor,
    Asset,
    Balance,
    BalanceDay,
    BalanceMark,
    Block,
    BoundsChange,
    Entry,
    GlCode,
    Hold,
    HoldEvent,
    PostingKey,
    ReturnCap,
    Txn,
    TxnKind,
    TxnLink,
)
from apps.ledger.selectors.promises import HoldResult
from apps.ledger.services import accounts, anchors, holds, journal
from apps.ledger.services.journal import Posted
from tests.support.units import later


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


def account() -> Account:
    """Return a customer's account."""
    return wallet()


def balance() -> Balance:
    """Return the hot row of a new account."""
    return Balance.objects.get(pk=account().no)


def bounds_change() -> BoundsChange:
    """Return the opening of a new account."""
    return BoundsChange.objects.get(account=account())


def asset() -> Asset:
    """Return an asset that nobody else counts."""
    made = Asset(code=_word(12), exponent=2, kind=AssetKind.POINTS, name="Test points")
    made.save()
    return made


def gl_code() -> GlCode:
    """Return a code of the chart that nobody else has."""
    return accounts.register_code(code=f"L:{_word(20)}", normal_side=Side.CR, name="Test code")


def txn_kind() -> TxnKind:
    """Return a kind of transaction that nobody else uses."""
    made = TxnKind(no=10_000 + ids.new().int % 20_000, code=f"ledger.{_word(20).lower()}", name="Test", reversible=True)
    made.save()
    return made


def txn() -> Txn:
    """Return a transaction of 25.00 between two new accounts."""
    return Txn.objects.get(pk=move(house().pk, wallet().pk, 2_500).txn)


def entry() -> Entry:
    """Return the first leg of a new transaction."""
    return Entry.objects.get(txn_id=txn().pk, leg=1)


def held(account: UUID, amount: int, asset: str = "USD", **words: Any) -> HoldResult:
    """Hold `amount` minor units of an account, without an end."""
    return holds.place(
        account=account,
        money=Money(amount, asset),
        kind=words.pop("kind", HoldKind.CARD_AUTH),
        reason=words.pop("reason", "authorised"),
        subject=words.pop("subject", "crd_test"),
        key=words.pop("key", None) or key(),
        **words,
    )


def hold() -> Hold:
    """Return an open hold of 10.00 on a new account."""
    return Hold.objects.get(pk=held(wallet(floor=None).pk, 1_000).hold)


def hold_event() -> HoldEvent:
    """Return the placing of a new hold."""
    return hold().events.get()


def posting_key() -> PostingKey:
    """Return the key of a new transaction."""
    return PostingKey.objects.get(result_id=txn().pk)


def return_cap() -> ReturnCap:
    """Return the cap of the first leg of a transaction that was reversed."""
    return ReturnCap.objects.get(origin_txn=_reversed().pk, leg=1)


def txn_link() -> TxnLink:
    """Return what the first leg of a reversal took back."""
    return TxnLink.objects.get(origin_txn=_reversed().pk, origin_leg=1)


def block() -> Block:
    """Return the first block of the chain: a transaction that is still open cannot be sealed."""
    return Block.objects.get(seq=1)


def anchor() -> Anchor:
    """Return the head of the chain, published at a moment of its own."""
    unit = db.current()
    made = anchors.publish(by=unit.by, at=unit.at)
    assert made is not None
    return made


def balance_day() -> BalanceDay:
    """Return what a sealed transaction moved."""
    return BalanceDay.objects.order_by("account_id").first()


def balance_mark() -> BalanceMark:
    """Return what an account had after a sealed transaction."""
    return BalanceMark.objects.order_by("account_id").first()


def _reversed() -> Txn:
    origin = txn()
    later()
    journal.reverse(txn=origin.pk, key=key(), reason="mistake")
    return origin


def _word(length: int) -> str:
    """Return letters and digits that nobody else has; the random end of an id, not its instant."""
    return ids.new().hex.upper()[-length:]
