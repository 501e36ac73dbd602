"""Previews: what a transfer would do, with nothing moved.

The act itself is carried out up to its posting and taken back, so both always agree. Only the look-up stays.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.accounts.enums import Window
from apps.accounts.errors import LimitExceeded
from apps.core import db, ids
from apps.core.actors import Actor
from apps.core.money import Money
from apps.p2p.models import Transfer
from apps.p2p.services import lookups, ways
from apps.p2p.services.ways import Party, Way


@dataclass(frozen=True, slots=True)
class Blocked:
    """The window of a limit that does not let the transfer pass, and when it does; none where waiting does not help."""

    window: Window
    limit: Money | None
    used: Money
    resets_at: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a transfer would do. Below zero `available_after` tells how much is missing.

    `counterparty` is the display name of the payee; none whenever it is not to be told, for whatever reason.
    """

    counterparty: str | None
    money: Money
    fee: Money
    available_after: Money
    blocked_by: Blocked | None


@dataclass(frozen=True, slots=True)
class _Tried:
    way: Way
    available: int
    blocked: Blocked | None


def preview(
    *, payer_wallet: UUID, payee_email: str, money: Money, names_a_day: int, by: Actor, at: datetime
) -> Preview:
    """Tell what a transfer would do, and whom it would reach for at most `names_a_day` look-ups a local day.

    Every address takes the same work and gets an answer of the same shape. Order: trial, counter with audit, name.
    Raises: invalid_amount, customer_required, invalid_reference, payee_is_payer, wallet_frozen, wallet_closed,
    customer_frozen, currency_not_held, limit_missing.
    """
    with db.trial(by=by, at=at, why="preview"):
        tried = _try(payer_wallet, payee_email, money, by)
    payer, payee = tried.way.payer, tried.way.payee
    is_counted = lookups.count(customer=payer.customer, tz=tried.way.tz, most=names_a_day, by=by, at=at)
    told = payee if is_counted and isinstance(payee, Party) else None
    return Preview(
        counterparty=tried.way.keys.open_text(told.name) if told else None,
        money=money,
        fee=Money.zero(money.currency),
        available_after=Money(tried.available, money.currency) - money,
        blocked_by=tried.blocked,
    )


def _try(payer_wallet: UUID, payee_email: str, money: Money, by: Actor) -> _Tried:
    way = ways.hold(payer_wallet=payer_wallet, payee_email=payee_email, money=money, by=by)
    blocked = None
    try:
        ways.consume(way=way, money=money, subject=Transfer.ref_of(ids.new()))
    except LimitExceeded as error:
        blocked = _blocked(error.context, money.currency)
    return _Tried(way, ways.available_to(way=way), blocked)


def _blocked(told: dict[str, Any], currency: str) -> Blocked:
    return Blocked(
        window=Window(told["window"]),
        limit=None if told["limit"] is None else Money(told["limit"], currency),
        used=Money(told["used"], currency),
        resets_at=told["resets_at"],
    )
