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
from apps.accounts.selectors import limits
from apps.accounts.selectors.limits import ROLLING, Bound, Rules
from apps.core import db, ids
from apps.core.money import Money

_RANK: Final = 85
_COUNT: Final = """
INSERT INTO accounts_limitusage
       (id, customer_id, operation, direction, currency, "window", window_key, opens_at, used_amount, used_count)
VALUES (%(lifetime)s::uuid, %(customer)s::uuid, %(operation)s, %(direction)s, %(currency)s,
        'lifetime', '', NULL, %(amount)s, 1),
       (%(day)s::uuid, %(customer)s::uuid, %(operation)s, %(direction)s, %(currency)s,
        'day', %(day_key)s, %(opens_at)s, %(amount)s, 1)
    ON CONFLICT (customer_id, operation, direction, currency, "window", window_key) DO UPDATE
   SET used_amount = accounts_limitusage.used_amount + EXCLUDED.used_amount,
       used_count = accounts_limitusage.used_count + 1
RETURNING "window", id, used_amount, used_count
"""
# The sum is of what was there before: a statement does not see its own rows, and it begins after the lock was taken.
_ENTER: Final = """
WITH entered AS (
     INSERT INTO accounts_limitusageentry (id, usage_id, subject, delta_amount, delta_count, at)
     SELECT e.id, e.usage_id, %(subject)s, %(amount)s, 1, %(at)s
       FROM unnest(%(entries)s::uuid[], %(usages)s::uuid[]) AS e (id, usage_id))
SELECT coalesce(sum(delta_amount), 0)::bigint FROM accounts_limitusageentry
 WHERE usage_id = %(lifetime)s::uuid AND at > %(since)s
"""


@dataclass(frozen=True, slots=True)
class _Counted:
    """Amount and number of acts of every window with this one; `lifetime` is the row whose entries are summed up."""

    lifetime: UUID
    totals: dict[Window, tuple[int, int]]


def consume(*, customer: UUID, operation: Operation, direction: Direction, money: Money, subject: str) -> None:
    """Count an act against every window of the customer's tier. Works inside an open unit.

    The upsert of the lifetime row makes concurrent acts of a customer wait for one another; the bounds are checked on
    what it returns, and a refusal takes the count back with the unit. `subject` is the typed id of the act.
    Raises: limit_exceeded with the window that frees last and all that block; limit_missing.
    """
    unit = db.current()
    unit.take_rank(_RANK, "limits.consume")
    rules = limits.rules(
        customer=customer, operation=operation, direction=direction, currency=money.currency, at=unit.at
    )
    if not rules.bounds:
        raise LimitMissing(operation=operation, currency=money.currency)
    rows = _count(customer, operation, direction, money, rules)
    _require_room(operation, money, rules, _enter(rows, money, subject, unit.at), unit.at)


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
    customer: UUID, operation: Operation, direction: Direction, money: Money, rules: Rules
) -> dict[Window, tuple[UUID, int, int]]:
    """Count in the rows of the windows that keep one; return row, amount and number of acts of each."""
    values: dict[str, Any] = {
        "lifetime": ids.new(),
        "day": ids.new(),
        "customer": customer,
        "operation": operation.value,
        "direction": direction.value,
        "currency": money.currency,
        "amount": money.amount,
        "day_key": rules.day.key,
        "opens_at": rules.day.opens_at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        return {Window(window): (row, amount, count) for window, row, amount, count in cursor.fetchall()}


def _enter(rows: dict[Window, tuple[UUID, int, int]], money: Money, subject: str, at: datetime) -> _Counted:
    """Write one entry a row, and sum up the last days."""
    lifetime = rows[Window.LIFETIME][0]
    values: dict[str, Any] = {
        "entries": [ids.new() for _ in rows],
        "usages": [row for row, _, _ in rows.values()],
        "subject": subject,
        "amount": money.amount,
        "at": at,
        "lifetime": lifetime,
        "since": at - ROLLING,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, values)
        (before,) = cursor.fetchone()
    totals = {window: (amount, count) for window, (_, amount, count) in rows.items()}
    totals |= {Window.PER_TXN: (money.amount, 1), Window.ROLLING_30D: (before + money.amount, 1)}
    return _Counted(lifetime, totals)


def _require_room(operation: Operation, money: Money, rules: Rules, counted: _Counted, at: datetime) -> None:
    blocking = [told for bound in rules.bounds if (told := _refusal(bound, money, rules, counted, at)) is not None]
    if blocking:
        last = max(blocking, key=lambda one: (one["resets_at"] is None, one["resets_at"] or at))
        raise LimitExceeded(operation=operation.value, currency=money.currency, **last, blocking=blocking)


def _refusal(bound: Bound, money: Money, rules: Rules, counted: _Counted, at: datetime) -> dict[str, Any] | None:
    """Return what is told when a window has no room for this act: amounts in minor units, the act itself left out."""
    amount, count = counted.totals[bound.window]
    over_amount = bound.max_amount is not None and amount > bound.max_amount
    over_count = bound.max_count is not None and count > bound.max_count
    if not over_amount and not over_count:
        return None
    return {
        "window": bound.window.value,
        "limit": bound.max_amount,
        "used": amount - money.amount,
        "requested": money.amount,
        "resets_at": _resets_at(bound, money, rules, counted, at),
    }


def _resets_at(bound: Bound, money: Money, rules: Rules, counted: _Counted, at: datetime) -> datetime | None:
    """Return when this act fits; None when waiting does not help."""
    if bound.max_amount is not None and money.amount > bound.max_amount:
        return None
    if bound.window == Window.DAY:
        return rules.day.ends_at
    if bound.window == Window.ROLLING_30D and bound.max_amount is not None:
        # The entry of this act is the newest: the older ones suffice, or the act alone is too large.
        excess = counted.totals[Window.ROLLING_30D][0] - bound.max_amount
        return limits.frees_at(counted.lifetime, at=at, excess=excess)
    return None


def _give_back(usage: UUID, amount: int, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_limitusage SET used_amount = used_amount - %s, used_count = used_count - %s "
            "WHERE id = %s::uuid",
            [amount, count, usage],
        )
