"""Balances in time: as booked at an instant, by value date, and what moved on days. Exact at any moment.

What the follower has not sealed yet is added to its sums: a short range of an index.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from apps.ledger.selectors import accounts, chain


@dataclass(frozen=True, slots=True)
class Day:
    """What moved with one value date, in minor units, credit positive, and by how many entries."""

    effective_on: date
    net: int
    count: int


@dataclass(frozen=True, slots=True)
class Movement:
    """What moved between two value dates, both included: opening + net = closing."""

    first: date
    last: date
    opening: int
    net: int
    count: int

    @property
    def closing(self) -> int:
        """Return the balance at the end of the last day."""
        return self.opening + self.net


# The first entry after the instant tells what was there before it; versions of a booking day follow those of earlier
# ones. The bound on the id spares earlier months: a booking is later than its id by two skews at most.
_BOOKED: Final = """
SELECT coalesce(
  (SELECT e.balance_after - e.amount FROM ledger_entry e
    WHERE e.account_id = %(no)s AND e.posted_at > %(at)s
      AND e.txn_id >= ledger_uuid_floor(greatest(%(at)s - 2 * ledger_max_skew(), 'epoch'))
      AND e.version > coalesce((SELECT m.last_version FROM ledger_balancemark m
                                 WHERE m.account_id = %(no)s AND m.booked_on < %(day)s
                                 ORDER BY m.booked_on DESC LIMIT 1), 0)
    ORDER BY e.version LIMIT 1),
  (SELECT b.posted FROM ledger_balance b WHERE b.account_id = %(no)s))
"""
_DAYS: Final = f"""
SELECT d.effective_on, sum(d.net)::bigint, sum(d.count)::bigint FROM (
  SELECT effective_on, net, count FROM ledger_balanceday
   WHERE account_id = %(no)s AND effective_on BETWEEN %(first)s AND %(last)s
  UNION ALL
  SELECT e.effective_on, e.amount, 1 FROM ({chain.UNSEALED}) t CROSS JOIN LATERAL (
    SELECT effective_on, amount FROM ledger_entry
     WHERE txn_id = t.id AND account_id = %(no)s AND effective_on BETWEEN %(first)s AND %(last)s OFFSET 0) e) d
"""  # noqa: S608 - own query
_EACH_DAY: Final = f"{_DAYS} GROUP BY d.effective_on ORDER BY d.effective_on DESC LIMIT %(limit)s"
_SPAN: Final = f"""
SELECT coalesce(sum(x.net) FILTER (WHERE x.day < %(begins)s), 0)::bigint,
       coalesce(sum(x.net) FILTER (WHERE x.day >= %(begins)s), 0)::bigint,
       coalesce(sum(x.count) FILTER (WHERE x.day >= %(begins)s), 0)::bigint
  FROM ({_DAYS} GROUP BY d.effective_on) AS x (day, net, count)
"""  # noqa: S608 - own query


def booked(account: UUID, *, at: datetime) -> int:
    """Return what an account had posted at an instant, in minor units: entries booked then or before.

    Raises: account_unknown.
    """
    values = {"no": accounts.number(account), "at": at, "day": at.astimezone(UTC).date()}
    return int(_row(_BOOKED, values)[0])


def effective(account: UUID, *, on: date) -> int:
    """Return the balance of an account by value date at the end of a day, in minor units. Raises: account_unknown."""
    return movement(account, first=on, last=on).closing


def movement(account: UUID, *, first: date, last: date) -> Movement:
    """Return what an account moved between two value dates, both included. Raises: account_unknown."""
    values = {"no": accounts.number(account), "first": date.min, "last": last, "begins": first}
    return Movement(first, last, *map(int, _row(_SPAN, values)))


def days(account: UUID, *, first: date = date.min, last: date = date.max, limit: int = 50) -> tuple[Day, ...]:
    """Return the days on which an account moved, by value date, the newest first. Raises: account_unknown."""
    values: dict[str, Any] = {"no": accounts.number(account), "first": first, "last": last, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_EACH_DAY, values)
        return tuple(Day(*row) for row in cursor.fetchall())


def _row(statement: str, values: dict[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
