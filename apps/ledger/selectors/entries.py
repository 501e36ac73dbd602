"""Reads of transactions and entries, newest first, by keyset."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from apps.core import ids
from apps.ledger.models import Entry, Txn
from apps.ledger.selectors import accounts

PAGE: Final = 50
PAGE_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class LineView:
    """One entry of an account: signed amount (credit positive) and the balance after it, in minor units.

    `version` counts the account's entries and is the cursor; `counterparts` are the other accounts of the transaction.
    """

    txn: UUID
    leg: int
    version: int
    amount: int
    balance_after: int
    asset: str
    posted_at: datetime
    effective_on: date
    kind: str
    subject: str
    counterparts: tuple[UUID, ...]

    @property
    def ref(self) -> str:
        """Return the name of the entry outside."""
        return f"{ref_of(self.txn)}-{self.leg}"


@dataclass(frozen=True, slots=True)
class Page:
    """Entries of an account, and the cursor of the page that follows, if there is one."""

    lines: tuple[LineView, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class LegView:
    """One leg of a transaction, with its account inside (`account_no`) and outside."""

    leg: int
    account_no: int
    account: UUID
    amount: int
    asset: str


@dataclass(frozen=True, slots=True)
class TransactionView:
    """A transaction with its legs in order. `kind` is the code."""

    txn: UUID
    kind: str
    posted_at: datetime
    effective_on: date
    subject: str
    reason: str | None
    reverses: UUID | None
    legs: tuple[LegView, ...]


_LINES: Final = """
SELECT e.txn_id, e.leg, e.version, e.amount, e.balance_after, e.asset, e.posted_at, e.effective_on,
       (SELECT k.code FROM ledger_txnkind k WHERE k.no = t.kind), t.subject,
       (SELECT array_agg(a.id ORDER BY o.leg) FROM ledger_entry o JOIN ledger_account a ON a.no = o.account_id
         WHERE o.txn_id = e.txn_id AND o.leg <> e.leg)
  FROM (SELECT * FROM ledger_entry WHERE account_id = %s AND version >= %s AND version < %s
         ORDER BY version {order} LIMIT %s) e
  JOIN ledger_txn t ON t.id = e.txn_id
 ORDER BY e.version {order}
"""
_NEWEST_FIRST: Final = _LINES.format(order="DESC")
_OLDEST_FIRST: Final = _LINES.format(order="ASC")
_EVERY: Final = 2**63 - 1


def page(*, account: UUID, before: int | None = None, limit: int = PAGE) -> Page:
    """Return entries of an account below the version `before`, newest first; at most 1,000.

    Raises: account_unknown.
    """
    size = max(1, min(limit, PAGE_MAX))
    rows = _lines(_NEWEST_FIRST, account, 1, _EVERY if before is None else before, size + 1)
    more = len(rows) > size
    return Page(lines=rows[:size], next_before=rows[size - 1].version if more else None)


def between(*, account: UUID, first: int, last: int, limit: int = PAGE) -> tuple[LineView, ...]:
    """Return entries of an account from one version to another, both included, oldest first; at most `limit`."""
    return _lines(_OLDEST_FIRST, account, first, last + 1, limit)


def transaction(txn: UUID) -> TransactionView | None:
    """Return a transaction with its legs, if it exists."""
    head = Txn.objects.filter(pk=txn).first()
    if head is None:
        return None
    rows = list(Entry.objects.filter(txn_id=txn).order_by("leg").values_list("leg", "account_id", "amount", "asset"))
    outside = accounts.ids_of(no for _, no, _, _ in rows)
    return TransactionView(
        txn=txn,
        kind=accounts.kind_code(head.kind),
        posted_at=head.posted_at,
        effective_on=head.effective_on,
        subject=head.subject or "",
        reason=head.reason_code,
        reverses=head.reverses,
        legs=tuple(LegView(leg, no, outside[no], amount, asset) for leg, no, amount, asset in rows),
    )


def ref_of(txn: UUID) -> str:
    """Return the typed id of a transaction."""
    return ids.encode(Txn.id_prefix, txn)


def _lines(statement: str, account: UUID, first: int, before: int, limit: int) -> tuple[LineView, ...]:
    values: list[Any] = [accounts.number(account), first, before, limit]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return tuple(_line(*row) for row in cursor.fetchall())


def _line(*row: Any) -> LineView:
    columns, subject, counterparts = row[:-2], row[-2], row[-1]
    return LineView(*columns, subject or "", tuple(counterparts or ()))  # type: ignore[call-arg]  # one a field
