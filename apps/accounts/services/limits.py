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


@dataclass(frozen=True, slots=True)
class _Used:
    """A window's row after this act was counted."""

    row: UUID
    amount: int
    count: int


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
    used = _count(customer, operation, direction, money, rules)
    _require_room(operation, money, rules, used, unit.at)
    LimitUsageEntry.objects.bulk_create(
        LimitUsageEntry(usage_id=one.row, subject=subject, delta_amount=money.amount, delta_count=1, at=unit.at)
        for one in used.values()
    )


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
) -> dict[Window, _Used]:
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
        return {Window(window): _Used(row, amount, count) for window, row, amount, count in cursor.fetchall()}


def _require_room(operation: Operation, money: Money, rules: Rules, used: dict[Window, _Used], at: datetime) -> None:
    blocking = [told for bound in rules.bounds if (told := _refusal(bound, money, rules, used, at)) is not None]
    if blocking:
        last = max(blocking, key=lambda one: (one["resets_at"] is None, one["resets_at"] or at))
        raise LimitExceeded(operation=operation.value, currency=money.currency, **last, blocking=blocking)


def _refusal(
    bound: Bound, money: Money, rules: Rules, used: dict[Window, _Used], at: datetime
) -> dict[str, Any] | None:
    """Return what is told when a window has no room for this act: amounts in minor units, the act itself left out."""
    amount, count = _with_this(bound, money, used, at)
    over_amount = bound.max_amount is not None and amount > bound.max_amount
    over_count = bound.max_count is not None and count > bound.max_count
    if not over_amount and not over_count:
        return None
    return {
        "window": bound.window.value,
        "limit": bound.max_amount,
        "used": amount - money.amount,
        "requested": money.amount,
        "resets_at": _resets_at(bound, money, amount, rules, used, at),
    }


def _with_this(bound: Bound, money: Money, used: dict[Window, _Used], at: datetime) -> tuple[int, int]:
    if bound.window == Window.PER_TXN:
        return money.amount, 1
    if bound.window == Window.ROLLING_30D:
        return limits.rolling_used(used[Window.LIFETIME].row, since=at - ROLLING) + money.amount, 1
    return used[bound.window].amount, used[bound.window].count


def _resets_at(
    bound: Bound, money: Money, amount: int, rules: Rules, used: dict[Window, _Used], at: datetime
) -> datetime | None:
    """Return when this act fits; None when waiting does not help."""
    if bound.max_amount is not None and money.amount > bound.max_amount:
        return None
    if bound.window == Window.DAY:
        return rules.day.ends_at
    if bound.window == Window.ROLLING_30D and bound.max_amount is not None:
        return limits.frees_at(used[Window.LIFETIME].row, at=at, excess=amount - bound.max_amount)
    return None


def _give_back(usage: UUID, amount: int, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_limitusage SET used_amount = used_amount - %s, used_count = used_count - %s "
            "WHERE id = %s::uuid",
            [amount, count, usage],
        )
