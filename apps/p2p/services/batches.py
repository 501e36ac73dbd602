"""Batches: many transfers of one customer in one unit, each with what would become of it alone, in their order.

A refusal costs the others nothing. What the books alone can tell (an account of the payee that takes nothing, money
that left the payer meanwhile) undoes the unit, which is tried again without it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from apps.accounts.enums import Direction, Operation
from apps.accounts.selectors import customers
from apps.accounts.services import routes, tallies
from apps.accounts.services.routes import Routes
from apps.accounts.services.tallies import Tally
from apps.core import db, ids
from apps.core.actors import Actor
from apps.core.errors import DomainError, Duplicate, InvalidReference, LostRace
from apps.core.money import Money
from apps.core.selectors import data_keys
from apps.core.selectors.data_keys import Keys
from apps.core.services import idempotency
from apps.core.services.idempotency import KeyInvalid, KeyReused
from apps.ledger.errors import InsufficientFunds
from apps.ledger.selectors import balances
from apps.ledger.selectors.drafts import Draft
from apps.ledger.services import journal
from apps.ledger.services.journal import Refused
from apps.p2p.errors import PayeeIsPayer
from apps.p2p.selectors.transfers import NOTE
from apps.p2p.services import transfers, ways
from apps.p2p.services.ways import Party

_CREATED: Final = 201


@dataclass(frozen=True, slots=True)
class Order:
    """One transfer that is asked for. `key` and `request_hash` are its own, within the caller's batches."""

    wallet: UUID
    email: str
    money: Money
    note: str
    key: str
    request_hash: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """A transfer, by its typed id; `replayed` when its order was carried out before."""

    ref: str
    replayed: bool = False


Outcome = Sent | DomainError


@dataclass(slots=True)
class Batch:
    """The orders of a batch, or what is wrong with their form, and what the books are known to refuse by their place.

    `scope` is whose keys those of the orders are.
    """

    scope: str
    orders: Sequence[Order | DomainError]
    refused: dict[int, DomainError] = field(default_factory=dict)


def send(*, batch: Batch, by: Actor, at: datetime) -> list[Outcome]:
    """Send what can be sent, and return what became of each order, in their order.

    Order: wallets held open, windows of limits, then for each order transfer, audit and topic p2p.transfer.completed;
    limits, keys of the orders, postings. Raises: customer_required; lost_race when the books refused an order, which
    is noted in the batch: call again, in a unit of its own.
    """
    with db.unit(by=by, at=at, why="send"):
        run = _opened(batch, by)
        outcomes = [run.decide(place, order) for place, order in enumerate(batch.orders)]
        for tally in run.tallies.values():
            tally.write()
        _post(batch, run)
    return outcomes


@dataclass(slots=True)
class _Run:
    """One try: what is known before the first order, and what the orders so far leave of it."""

    batch: Batch
    routes: Routes
    tallies: dict[str, Tally]
    available: Counter[UUID]
    carried_out: dict[str, tuple[bytes, str]]
    keys: Keys | None
    postings: list[Draft] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def decide(self, place: int, order: Order | DomainError) -> Outcome:
        """Return what becomes of an order; one that is sent is written by the end of the unit."""
        if isinstance(order, DomainError):
            return order
        if place in self.batch.refused:
            return self.batch.refused[place]
        try:
            return self._repeated(order) or self._sent(place, order)
        except DomainError as error:
            return error

    def _repeated(self, order: Order) -> Sent | None:
        if not idempotency.is_key(text=order.key):
            raise KeyInvalid
        known = self.carried_out.get(order.key)
        if known is None:
            return None
        request_hash, ref = known
        if request_hash != order.request_hash:
            raise KeyReused
        return Sent(ref, replayed=True)

    def _sent(self, place: int, order: Order) -> Sent:
        payer, payee = self._way(order)
        tally, money, row = self.tallies[order.money.currency], order.money, ids.new()
        tally.require_room(money)
        if self.available[payer.account] < money.amount:
            raise InsufficientFunds(line=1, available=self.available[payer.account], needed=money.amount)
        if isinstance(payee, DomainError):
            raise payee
        sealed = self.keys.seal(owner=payer.ref, column=NOTE, text=order.note) if self.keys and order.note else None
        transfer = transfers.record(key=row, payer=payer, payee=payee, money=money, note=sealed)
        tally.take(money, subject=transfer.ref)
        self.available[payer.account] -= money.amount
        self.carried_out[order.key] = order.request_hash, transfer.ref
        idempotency.note(
            scope=self.batch.scope,
            key=order.key,
            request_hash=order.request_hash,
            status=_CREATED,
            subject=transfer.ref,
        )
        self.postings.append(transfers.draft(transfer=transfer, payer=payer, payee=payee))
        self.places.append(place)
        return Sent(transfer.ref)

    def _way(self, order: Order) -> tuple[Party, Party | DomainError]:
        currency = order.money.currency
        customer, wallet = self.routes.payees[order.email, currency]
        own = self.routes.wallets.get((order.wallet, currency))
        if own is None:
            raise InvalidReference(field="wallet")
        if customer == self.routes.payer:
            raise PayeeIsPayer(field="payee.email")
        payer = Party(self.routes.payer, order.wallet, own.require_account(currency))
        return payer, ways.payee_of(customer=customer, wallet=wallet, currency=currency)


def _opened(batch: Batch, by: Actor) -> _Run:
    orders = [order for order in batch.orders if not isinstance(order, DomainError)]
    found = routes.hold_many(
        by=by,
        wallets_named=[order.wallet for order in orders],
        payees=[(order.email, order.money.currency) for order in orders],
    )
    opened = tallies.open_(
        customer=found.payer,
        operation=Operation.P2P_SEND,
        direction=Direction.OUT,
        currencies={order.money.currency for order in orders},
        tz=found.tz,
    )
    accounts = [held.account for held in found.wallets.values() if held.account is not None]
    available = Counter({account: one.available for account, one in balances.triple(*accounts).items()})
    carried_out = idempotency.carried_out(scope=batch.scope, keys=[order.key for order in orders])
    has_notes = any(order.note for order in orders)
    keys = data_keys.keys_of([customers.ref_of(found.payer)]) if has_notes else None
    return _Run(batch, found, opened, available, carried_out, keys)


def _post(batch: Batch, run: _Run) -> None:
    """Post what was decided; what the books refuse is noted, and the whole undone."""
    try:
        outcomes = journal.post_many(postings=run.postings)
    except Duplicate as error:
        # A twin has carried out one of the orders meanwhile: its key is known at the next try.
        raise LostRace from error
    refused = {
        place: outcome.error
        for place, outcome in zip(run.places, outcomes, strict=True)
        if isinstance(outcome, Refused)
    }
    if refused:
        batch.refused |= refused
        raise LostRace
