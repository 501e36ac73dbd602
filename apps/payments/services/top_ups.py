"""Top-ups, first step: reserved with its limits and its call in one unit; the partner is asked after the commit."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from apps.accounts.enums import Direction, Operation
from apps.accounts.selectors import customers
from apps.accounts.selectors import wallets as wallet_reads
from apps.accounts.services import limits, wallets
from apps.core import audit, db, outbox
from apps.core.actors import Actor
from apps.core.errors import InvalidAmount, InvalidReference, NotFound
from apps.core.money import Money
from apps.partners.services import attempts
from apps.payments.adapters import registry
from apps.payments.enums import CHARGE, MethodStatus, Topic
from apps.payments.errors import AmountOutOfRange, CurrencyNotOffered, MethodNotReady
from apps.payments.models import PaymentMethod, TopUp
from apps.payments.selectors import methods
from apps.payments.selectors import top_ups as selectors

FIRST_LOOK: Final = timedelta(minutes=3)
"""When a top-up is looked at although nobody asked: by then its call has been made or its worker has died."""


def create(*, wallet: UUID, payment_method: UUID, money: Money, by: Actor, at: datetime) -> TopUp:
    """Reserve a top-up of the caller's wallet from the caller's card.

    Order: card held, wallet held open, limits, top-up, call prepared, audit, topic payments.top_up.created.
    Raises: customer_required, invalid_reference, invalid_amount, currency_not_offered, amount_out_of_range,
    payment_method_not_ready, wallet_frozen, wallet_closed, customer_frozen, currency_not_held, limit_exceeded,
    limit_missing.
    """
    connector = registry.card_acquirer()
    _require_offered(connector, money)
    customer = customers.own(by)
    _require_own(wallet, payment_method, by)
    with db.unit(by=by, at=at, why="create"):
        method = _held(payment_method)
        wallets.hold_open(wallet, currency=money.currency)
        top_up = TopUp(
            customer_id=customer.pk,
            wallet_id=wallet,
            payment_method=method,
            release_policy=selectors.release_policy(connector.name, on=at.date()),
            connector=method.connector,
            environment=method.environment,
            amount=money.amount,
            currency=money.currency,
            next_check_at=at + FIRST_LOOK,
        )
        _count(top_up, money)
        top_up.save()
        _announce(top_up, customer.ref)
    return top_up


def question(*, limit: int, by: Actor, at: datetime) -> int:
    """Let open top-ups that are due be looked at again; return how many. Order: next look, topic questioned."""
    with db.unit(by=by, at=at, why="question"):
        rows = db.lock(TopUp, *selectors.due(at=at, limit=limit))
        for row in rows:
            row.next_check_at, row.checks = at + _wait(row.checks), row.checks + 1
            row.save()
            outbox.publish(Topic.TOP_UP_QUESTIONED, subject=row)
    return len(rows)


def _require_offered(connector: registry.Connector, money: Money) -> None:
    if money.amount <= 0:
        raise InvalidAmount(field="money.amount")
    found = connector.capabilities.currencies.get(money.currency)
    if found is None:
        raise CurrencyNotOffered(field="money.currency", offered=sorted(connector.capabilities.currencies))
    if not found.least <= money.amount <= found.largest:
        raise AmountOutOfRange(field="money.amount", least=found.least, largest=found.largest)


def _require_own(wallet: UUID, payment_method: UUID, by: Actor) -> None:
    """Refuse what is not the caller's as what does not exist."""
    try:
        wallet_reads.one_for(wallet, by=by)
    except NotFound:
        raise InvalidReference(field="wallet") from None
    try:
        methods.one_for(payment_method, by=by)
    except NotFound:
        raise InvalidReference(field="payment_method") from None


def _count(top_up: TopUp, money: Money) -> None:
    limits.consume(
        customer=top_up.customer_id,
        operation=Operation.CARD_IN,
        direction=Direction.IN,
        money=money,
        subject=top_up.ref,
    )


def _announce(top_up: TopUp, customer: str) -> None:
    """Prepare the call, write down who asked for it, and let it be made after the commit."""
    attempts.prepare(
        connector=top_up.connector,
        environment=top_up.environment,
        operation=CHARGE,
        subject=top_up.ref,
        content={"money": top_up.money.to_json()},
    )
    audit.record(action="payments.top_up.create", subject=top_up, customer=customer, data={"money": top_up.money})
    outbox.publish(Topic.TOP_UP_CREATED, subject=top_up, customer=customer, data={"money": top_up.money.to_json()})


def _held(payment_method: UUID) -> PaymentMethod:
    (method,) = db.lock(PaymentMethod, payment_method, mode="hold")
    if method.status != MethodStatus.ACTIVE:
        raise MethodNotReady(payment_method=method.ref, state=method.status)
    return method


# Five minutes, an hour, then once a day.
_WAITS: Final = (timedelta(minutes=5), timedelta(hours=1), timedelta(days=1))


def _wait(checks: int) -> timedelta:
    return _WAITS[min(checks, len(_WAITS) - 1)]
