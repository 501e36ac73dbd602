"""Limits: every act that moves money is counted here, under one lock, in the transaction of its posting.

Changed by the services of acts alone. What is refused counts nothing; what is reversed gives back to its own window.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from apps.accounts.enums import Direction, Operation, Window
from apps.accounts.errors import LimitExceeded, LimitMissing
from apps.accounts.models import LimitUsageEntry
from apps.accounts.selectors import customers, limits
from apps.accounts.selectors.limits import ROLLING, SHORTEST_DAY, Bound, Day
from apps.core import db, ids
from apps.core.money import Money

_RANK: Final = 85
_ROWS: Final = 4
_COUNT: Final = """
SELECT "window", max_amount, max_count, amount, acts, day_key, day_opens_at, lifetime
  FROM accounts_count_act(%s::uuid, %s::text, %s::text, %s::text, %s::bigint, %s::text, %s::timestamptz,
                          %s::text, %s::timestamptz, %s::interval, %s::interval, %s::uuid[])
"""


@dataclass(frozen=True, slots=True)
class _Used:
    """A bounded window with amount and number of its acts, this one among them."""

    bound: Bound
    amount: int
    acts: int


@dataclass(frozen=True, slots=True)
class _Counted:
    """Every bounded window, the day that was counted in, and the row whose entries are the acts of the last days."""

    used: tuple[_Used, ...]
    day: Day
    lifetime: UUID


def consume(
    *, customer: UUID, operation: Operation, direction: Direction, money: Money, subject: str, tz: str | None = None
) -> None:
    """Count an act against every window of the customer's tier. Works inside an open unit.

    The upsert of the lifetime row makes concurrent acts of a customer wait for one another; the bounds are checked on
    what it returns, and a refusal takes the count back with the unit. `subject` is the typed id of the act, `tz` the
    customer's time zone where it is known already.
    Raises: limit_exceeded with the window that frees last and all that block; limit_missing.
    """
    unit = db.current()
    unit.take_rank(_RANK, "limits.consume")
    counted = _count(customer, operation, direction, money, subject, tz or customers.by_id(customer).tz, unit.at)
    if counted is None:
        raise LimitMissing(operation=operation, currency=money.currency)
    _require_room(operation, money, counted, unit.at)


def release(*, subject: str) -> int:
    """Give back what an act has used, to the windows that it was counted in, once. Works inside an open unit.

    Returns how many windows got something back.
    """
    unit = db.current()
    unit.take_rank(_RANK, "limits.release")
    given_back = limits.entries_of(subject)
    for entry in given_back:
        _give_back(entry.usage_id, entry.delta_amount, entry.delta_count)
    LimitUsageEntry.objects.bulk_create(
        LimitUsageEntry(
            usage_id=entry.usage_id,
            subject=subject,
            delta_amount=-entry.delta_amount,
            delta_count=-entry.delta_count,
            at=entry.at,  # so that both leave the last 30 days together
            releases=entry,
        )
        for entry in given_back
    )
    return len(given_back)


def _count(
    customer: UUID, operation: Operation, direction: Direction, money: Money, subject: str, tz: str, at: datetime
) -> _Counted | None:
    """Count in the rows of the windows that keep one; None where the tier has no bound for such an act."""
    today = limits.day_of(tz=tz, at=at)
    act: list[Any] = [customer, operation.value, direction.value, money.currency, money.amount, subject, at]
    day: list[Any] = [today.key, today.opens_at, SHORTEST_DAY, ROLLING]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [*act, *day, [ids.new() for _ in range(_ROWS)]])
        rows = cursor.fetchall()
    if not rows:
        return None
    used = tuple(_Used(Bound(Window(row[0]), row[1], row[2]), row[3], row[4]) for row in rows)
    *_, key, opens_at, lifetime = rows[0]
    return _Counted(used, limits.day_of(tz=tz, at=at, last_key=key, last_opens_at=opens_at), lifetime)


def _require_room(operation: Operation, money: Money, counted: _Counted, at: datetime) -> None:
    blocking = [told for one in counted.used if (told := _refusal(one, money, counted, at)) is not None]
    if blocking:
        last = max(blocking, key=lambda one: (one["resets_at"] is None, one["resets_at"] or at))
        raise LimitExceeded(operation=operation.value, currency=money.currency, **last, blocking=blocking)


def _refusal(used: _Used, money: Money, counted: _Counted, at: datetime) -> dict[str, Any] | None:
    """Return what is told when a window has no room for this act: amounts in minor units, the act itself left out."""
    bound = used.bound
    over_amount = bound.max_amount is not None and used.amount > bound.max_amount
    over_count = bound.max_count is not None and used.acts > bound.max_count
    if not over_amount and not over_count:
        return None
    return {
        "window": bound.window.value,
        "limit": bound.max_amount,
        "used": used.amount - money.amount,
        "requested": money.amount,
        "resets_at": _resets_at(used, money, counted, at),
    }


def _resets_at(used: _Used, money: Money, counted: _Counted, at: datetime) -> datetime | None:
    """Return when this act fits; None when waiting does not help."""
    bound = used.bound
    if bound.max_amount is not None and money.amount > bound.max_amount:
        return None
    if bound.window == Window.DAY:
        return counted.day.ends_at
    if bound.window == Window.ROLLING_30D and bound.max_amount is not None:
        # The entry of this act is the newest: the older ones suffice, or the act alone is too large.
        return limits.frees_at(counted.lifetime, at=at, excess=used.amount - bound.max_amount)
    return None


def _give_back(usage: UUID, amount: int, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_limitusage SET used_amount = used_amount - %s, used_count = used_count - %s "
            "WHERE id = %s::uuid",
            [amount, count, usage],
        )
