"""People with money, each step in a unit of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.accounts.models import Customer
from apps.accounts.selectors import customers as customer_reads
from apps.accounts.selectors import wallets as wallet_reads
from apps.core import actors, clock, db
from apps.core.money import Money
from apps.ledger.selectors import balances
from apps.p2p.models import Transfer
from apps.p2p.services import previews, transfers
from apps.p2p.services.previews import Preview
from tests.factories import p2p as make
from tests.support.units import PROVER


@contextmanager
def unit() -> Iterator[db.Unit]:
    """Open a unit of now."""
    with db.unit(by=actors.system("tests.p2p"), at=clock.now(), why="test") as opened:
        yield opened


def person(amount: int = 5_000, **words: Any) -> Customer:
    """Return a customer of the lowest tier with that much money."""
    with unit():
        return make.person(amount, **words)


def pay(
    payer: Customer,
    payee: Customer | str,
    amount: int = 100,
    currency: str = "USD",
    *,
    note: str = "",
    wallet: UUID | None = None,
) -> Transfer:
    """Send money now, to a customer or to an address."""
    seen = transfers.send(
        payer_wallet=wallet or make.wallet_of(payer),
        payee_email=address_of(payee),
        money=Money(amount, currency),
        note=note,
        by=make.actor(payer),
        at=clock.now(),
    )
    sent: Transfer = Transfer.objects.get(pk=seen.id)
    return sent


def ask(
    payer: Customer,
    payee: Customer | str,
    amount: int,
    currency: str = "USD",
    *,
    names_a_day: int = 30,
    wallet: UUID | None = None,
    at: datetime | None = None,
) -> Preview:
    """Preview what `pay` would do."""
    return previews.preview(
        payer_wallet=wallet or make.wallet_of(payer),
        payee_email=address_of(payee),
        money=Money(amount, currency),
        names_a_day=names_a_day,
        by=make.actor(payer),
        at=at or clock.now(),
    )


def reverse(transfer: UUID, reason: str = "fraud", *, at: datetime | None = None) -> Transfer:
    """Reverse a transfer as a member of staff."""
    return transfers.reverse(transfer, reason=reason, by=PROVER, at=at or clock.now())


def address_of(who: Customer | str) -> str:
    """Return the e-mail address of a customer; an address stays."""
    return who if isinstance(who, str) else customer_reads.email_of(who.pk)


def available(customer: Customer, currency: str = "USD") -> int:
    """Return what a customer can spend, in minor units."""
    account = wallet_reads.account_of(make.wallet_of(customer), currency=currency)
    return balances.triple(account)[account].available
