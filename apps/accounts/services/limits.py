"""Limits: every act that moves money is counted here, under one lock, in the transaction of its posting.

Changed by the services of acts alone. What is refused counts nothing; what is reversed gives back to its own window.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from apps.accounts.enums import Direction, Operation, Window
from apps.accounts.errors import LimitMissing
from apps.accounts.models import LimitUsageEntry
from apps.accounts.selectors import customers, limits
from apps.accounts.selectors.limits import ROLLING, SHORTEST_DAY, Bound, Used
from apps.core import db, ids
from apps.core.money import Money

RANK: Final = 85
"""The place of used limits in the order of locks."""
_ROWS: Final = 4
_COUNT: Final = """
SELECT "window", max_amount, max_count, amount, acts, day_key, day_opens_at, lifetime, day
  FROM accounts_count_act(%s::uuid, %s::text, %s::text, %s::text, %s::bigint, %s::text, %s::timestamptz,
                          %s::text, %s::timestamptz, %s::interval, %s::interval, %s::uuid[])
"""


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
    unit.take_rank(RANK, "limits.consume")
    full = windows(
        customer=customer,
        operation=operation,
        direction=direction,
        money=money,
        tz=tz or customers.by_id(customer).tz,
        subject=subject,
    )
    if full:
        raise limits.refusal(operation=operation, money=money, full=full, at=unit.at)


def windows(
    *, customer: UUID, operation: Operation, direction: Direction, money: Money, tz: str, subject: str | None = None
) -> list[Used]:
    """Count the act `subject` (typed id) and return the windows without room for it; without one, all as they are.

    Works inside an open unit, until the end of which other acts of the customer wait.
    Raises: limit_missing where the tier has no bound for such an act.
    """
    at = db.current().at
    today = limits.day_of(tz=tz, at=at)
    act: list[Any] = [customer, operation.value, direction.value, money.currency, money.amount, subject, at]
    day: list[Any] = [today.key, today.opens_at, SHORTEST_DAY, ROLLING]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [*act, *day, [ids.new() for _ in range(_ROWS)]])
        rows = cursor.fetchall()
    if rows and rows[0][0] is None:
        raise LimitMissing(operation=operation, currency=money.currency)
    return [_used(row, tz, at) for row in rows]


def _used(row: tuple[Any, ...], tz: str, at: datetime) -> Used:
    window, max_amount, max_count, amount, acts, key, opens_at, lifetime, of_day = row
    day = limits.day_of(tz=tz, at=at, last_key=key, last_opens_at=opens_at)
    return Used(Bound(Window(window), max_amount, max_count), amount, acts, day, lifetime, of_day)


def release(*, subject: str) -> int:
    """Give back what an act has used, to the windows that it was counted in, once. Works inside an open unit.

    Returns how many windows got something back.
    """
    unit = db.current()
    unit.take_rank(RANK, "limits.release")
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


def _give_back(usage: UUID, amount: int, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_limitusage SET used_amount = used_amount - %s, used_count = used_count - %s "
            "WHERE id = %s::uuid",
            [amount, count, usage],
        )
