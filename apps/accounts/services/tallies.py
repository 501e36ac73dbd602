"""Limits for many acts of one customer in one unit: the windows stay open, and each act asks for room by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from apps.accounts.enums import Direction, Operation, Window
from apps.accounts.errors import LimitMissing
from apps.accounts.selectors.limits import Used, refusal
from apps.accounts.services import limits
from apps.core import db
from apps.core.money import Money

_COUNT: Final = "SELECT accounts_count_acts(%s::uuid[], %s::text[], %s::bigint[], %s::timestamptz)"


@dataclass(slots=True)
class Tally:
    """What a customer's acts of one kind and currency have used, these of the unit among them.

    It has no windows where the tier has no bound for such acts.
    """

    operation: Operation
    at: datetime
    windows: list[Used]
    subjects: list[str] = field(default_factory=list)
    amounts: list[int] = field(default_factory=list)

    def require_room(self, money: Money) -> None:
        """Refuse an act for which a window has no room. Raises: limit_missing; limit_exceeded as `limits.consume`."""
        if not self.windows:
            raise LimitMissing(operation=self.operation, currency=money.currency)
        after = [replace(one, amount=one.amount + money.amount, acts=one.acts + 1) for one in self.windows]
        full = [one for one in after if _is_full(one)]
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
            rows = [self.windows[0].lifetime, self.windows[0].of_day]
            with connection.cursor() as cursor:
                cursor.execute(_COUNT, [rows, self.subjects, self.amounts, self.at])


def open_(
    *, customer: UUID, operation: Operation, direction: Direction, currencies: Iterable[str], tz: str
) -> dict[str, Tally]:
    """Open the windows of each currency, for which every other act of the customer waits until the unit ends.

    Works inside an open unit. `tz` is the customer's time zone.
    """
    unit = db.current()
    unit.take_rank(limits.RANK, "tallies.open_")
    tallies = {}
    for currency in sorted(currencies):
        try:
            windows = limits.windows(
                customer=customer, operation=operation, direction=direction, money=Money.zero(currency), tz=tz
            )
        except LimitMissing:
            windows = []
        tallies[currency] = Tally(operation, unit.at, windows)
    return tallies


def _is_full(used: Used) -> bool:
    bound = used.bound
    return (bound.max_amount is not None and used.amount > bound.max_amount) or (
        bound.max_count is not None and used.acts > bound.max_count
    )
