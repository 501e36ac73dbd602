"""The current statement of an account: unnumbered, over booking instants, closing on what is posted.

A statement is a range of versions, and its lines are the entries themselves: nothing is copied, so nothing differs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from apps.ledger.errors import AccountUnknown
from apps.ledger.selectors import accounts, entries
from apps.ledger.selectors.entries import LineView

_CHUNK: Final = 1_000


@dataclass(frozen=True, slots=True)
class StatementView:
    """The frame of a statement, in minor units, credit positive: opening + credit - debit = closing.

    It covers the versions from `opens_version` to `closes_version`; `since` and `until` are booking instants (UTC),
    [since, until), open where None.
    """

    account: UUID
    asset: str
    since: datetime | None
    until: datetime | None
    opening: int
    debit: int
    credit: int
    closing: int
    opens_version: int
    closes_version: int

    @property
    def entry_count(self) -> int:
        """Return how many lines there are."""
        return self.closes_version - self.opens_version + 1


# posted_at never falls with version, so one probe from the end finds a cut; the bound on the id spares later months.
_LAST_BEFORE: Final = """
SELECT version, balance_after FROM ledger_entry
 WHERE account_id = %s AND posted_at < %s AND txn_id < ledger_uuid_floor(%s + ledger_max_skew())
 ORDER BY version DESC LIMIT 1
"""
_TURNOVER: Final = """
SELECT coalesce(sum(-amount) FILTER (WHERE amount < 0), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint
  FROM ledger_entry WHERE account_id = %s AND version BETWEEN %s AND %s
"""


def current(account: UUID, *, since: datetime | None = None, until: datetime | None = None) -> StatementView:
    """Return the frame of the statement of an account; without `until` it closes on the balance of now.

    Raises: account_unknown.
    """
    no = accounts.number(account)
    with connection.cursor() as cursor:
        cursor.execute("SELECT asset, version, posted FROM ledger_balance WHERE account_id = %s", [no])
        row = cursor.fetchone()
    if row is None:
        raise AccountUnknown
    asset, *end = row
    opened, opening = (0, 0) if since is None else _last_before(no, since)
    closed, closing = end if until is None else _last_before(no, until)
    closed, closing = max((closed, closing), (opened, opening))
    with connection.cursor() as cursor:
        cursor.execute(_TURNOVER, [no, opened + 1, closed])
        debit, credit = cursor.fetchone()
    return StatementView(account, asset, since, until, opening, debit, credit, closing, opened + 1, closed)


def lines(statement: StatementView, *, after: int = 0, limit: int = entries.PAGE) -> tuple[LineView, ...]:
    """Return lines of a statement above the version `after`, in booking order; at most `limit`."""
    first = max(after + 1, statement.opens_version)
    return entries.between(account=statement.account, first=first, last=statement.closes_version, limit=limit)


def stream(statement: StatementView) -> Iterator[LineView]:
    """Yield all lines of a statement in booking order, a thousand at a time in memory."""
    after = statement.opens_version - 1
    while after < statement.closes_version:
        chunk = lines(statement, after=after, limit=_CHUNK)
        yield from chunk
        after = chunk[-1].version


def _last_before(no: int, at: datetime) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST_BEFORE, [no, at, at])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else (0, 0)
