"""What happened in one currency of a wallet, as its owner reads it: entries of the books with the other side's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from apps.accounts.selectors import customers, wallets
from apps.core.money import Money
from apps.ledger.selectors import entries, statements
from apps.ledger.selectors.entries import LineView

_LAST: Final = 2**63 - 2


@dataclass(frozen=True, slots=True)
class WalletEntry:
    """One entry: money signed as the wallet sees it, and the name of the other customer, empty for the house."""

    id: str
    version: int
    kind: str
    subject: str
    money: Money
    balance_after: Money
    counterparty: str
    posted_at: datetime
    effective_on: date


@dataclass(frozen=True, slots=True)
class Statement:
    """The current statement of one currency: opening + credit - debit = closing, which is what is booked now."""

    wallet: UUID
    currency: str
    since: datetime | None
    until: datetime | None
    opening: Money
    debit: Money
    credit: Money
    closing: Money
    entry_count: int


def newest(*, account: UUID, before: int | None, limit: int) -> list[WalletEntry]:
    """Return entries below the version `before`, newest first. Raises: account_unknown."""
    return _named(entries.page(account=account, before=before, limit=limit).lines)


def following(*, account: UUID, after: int, limit: int) -> list[WalletEntry]:
    """Return entries above the version `after`, oldest first. Raises: account_unknown."""
    return _named(entries.between(account=account, first=after + 1, last=_LAST, limit=limit))


def statement(
    wallet: UUID, *, currency: str, since: datetime | None = None, until: datetime | None = None
) -> Statement:
    """Return the current statement over booking instants [since, until). Raises: currency_not_held."""
    view = statements.current(wallets.account_of(wallet, currency=currency), since=since, until=until)
    return Statement(
        wallet=wallet,
        currency=currency,
        since=since,
        until=until,
        opening=Money(view.opening, currency),
        debit=Money(view.debit, currency),
        credit=Money(view.credit, currency),
        closing=Money(view.closing, currency),
        entry_count=view.entry_count,
    )


def _named(lines: Iterable[LineView]) -> list[WalletEntry]:
    found = list(lines)
    owners = wallets.owners_of({account for line in found for account in line.counterparts})
    names = customers.display_names(owners.values())
    return [_entry(line, owners, names) for line in found]


def _entry(line: LineView, owners: dict[UUID, UUID], names: dict[UUID, str]) -> WalletEntry:
    other = next((owners[account] for account in line.counterparts if account in owners), None)
    return WalletEntry(
        id=line.ref,
        version=line.version,
        kind=line.kind,
        subject=line.subject,
        money=Money(line.amount, line.asset),
        balance_after=Money(line.balance_after, line.asset),
        counterparty="" if other is None else names.get(other, ""),
        posted_at=line.posted_at,
        effective_on=line.effective_on,
    )
