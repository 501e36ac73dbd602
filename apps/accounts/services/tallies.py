"""Limits for many acts of one customer in one unit: the windows stay open, and each act asks for room by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from apps.accounts.enums import Direction, Operation, Window
from apps.accounts.errors import LimitMissing
from apps.accounts.selectors.limits import ROLLING, SHORTEST_DAY, Bound, Day, Full, day_of, refusal
from apps.accounts.services.limits import RANK
from apps.core import db, ids
from apps.core.money import Money

_OPEN: Final = """
SELECT "window", max_amount, max_count, amount, acts, day_key, day_opens_at, lifetime, day
  FROM accounts_open_windows(%s::uuid, %s::text, %s::text, %s::text, %s::timestamptz,
                             %s::text, %s::timestamptz, %s::interval, %s::interval, %s::uuid[])
"""
_COUNT: Final = "SELECT accounts_count_acts(%s::uuid[], %s::text[], %s::bigint[], %s::timestamptz)"


@dataclass(slots=True)
class _Used:
    """A bounded window and what its acts come to by now, in minor units; the bound of one act stays empty."""

    bound: Bound
    amount: int
    acts: int


@dataclass(slots=True)
class Tally:
    """What a customer's acts of one kind and currency have used, these of the unit among them.

    It has no windows where the tier has no bound for such acts.
    """

    operation: Operation
    at: datetime
    windows: list[_Used]
    day: Day
    lifetime: UUID
    of_day: UUID
    subjects: list[str] = field(default_factory=list)
    amounts: list[int] = field(default_factory=list)

    def require_room(self, money: Money) -> None:
        """Refuse an act for which a window has no room. Raises: limit_missing; limit_exceeded as `limits.consume`."""
        if not self.windows:
            raise LimitMissing(operation=self.operation, currency=money.currency)
        full = [
            Full(one.bound, one.amount + money.amount, one.acts + 1, self.day, self.lifetime)
            for one in self.windows
            if _is_over(one.amount + money.amount, one.bound.max_amount) or _is_over(one.acts + 1, one.bound.max_count)
        ]
        if full:
            raise refusal(operation=self.operation, money=money, full=full, at=self.at)

    def take(self, money: Money, *, subject: str) -> None:
        """Count an act, by the typed id of its row; `write` puts it down."""
        for one in self.windows:
            if one.bound.window != Window.PER_TXN:
                one.amount += money.amount
                one.acts += 1
        self.subjects.append(subject)
        self.amounts.append(money.amount)

    def write(self) -> None:
        """Write what was counted. Works inside the unit that opened it."""
        if self.subjects:
            with connection.cursor() as cursor:
                cursor.execute(_COUNT, [[self.lifetime, self.of_day], self.subjects, self.amounts, self.at])


def open_(
    *, customer: UUID, operation: Operation, direction: Direction, currencies: Iterable[str], tz: str
) -> dict[str, Tally]:
    """Open the windows of each currency, for which every other act of the customer waits until the unit ends.

    Works inside an open unit. `tz` is the customer's time zone.
    """
    unit = db.current()
    unit.take_rank(RANK, "tallies.open_")
    today = day_of(tz=tz, at=unit.at)
    tallies = {}
    with connection.cursor() as cursor:
        for currency in sorted(currencies):
            act: list[Any] = [customer, operation.value, direction.value, currency, unit.at]
            day: list[Any] = [today.key, today.opens_at, SHORTEST_DAY, ROLLING]
            cursor.execute(_OPEN, [*act, *day, [ids.new(), ids.new()]])
            tallies[currency] = _tally(operation, cursor.fetchall(), tz, unit.at)
    return tallies


def _tally(operation: Operation, rows: list[tuple[Any, ...]], tz: str, at: datetime) -> Tally:
    key, opens_at, lifetime, day = rows[0][5:]
    windows = [_Used(Bound(Window(row[0]), row[1], row[2]), row[3], row[4]) for row in rows if row[0] is not None]
    return Tally(operation, at, windows, day_of(tz=tz, at=at, last_key=key, last_opens_at=opens_at), lifetime, day)


def _is_over(used: int, most: int | None) -> bool:
    return most is not None and used > most
