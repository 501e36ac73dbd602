"""What the page of a customer says beside the timeline: who it is, what they have, and what they may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.accounts.enums import CustomerStatus
from apps.accounts.selectors import contacts, limits, wallets
from apps.accounts.selectors.contacts import Contact
from apps.accounts.selectors.limits import Standing
from apps.accounts.selectors.wallets import BalanceView
from apps.core import redact
from apps.workflow import selectors as work


@dataclass(frozen=True, slots=True)
class WalletCard:
    """A wallet with its balances."""

    ref: str
    name: str
    status: str
    status_label: Any
    balances: list[BalanceView]


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer as staff see one: the name in full, addresses masked."""

    ref: str
    login: UUID | None
    legal_name: str
    display_name: str
    status: CustomerStatus
    tier: str
    country: str
    locale: str
    tz: str
    since: datetime
    active_at: datetime | None
    frozen_at: datetime | None
    contacts: list[Contact]
    wallets: list[WalletCard]
    standing: list[Standing]
    work: list[Any]


def of_customer(customer: UUID, *, at: datetime) -> Profile:
    """Return a customer with wallets, limits and open work. Raises: not_found."""
    known = contacts.identity(customer)
    row = known.customer
    cards = _wallets(customer)
    currencies = sorted({balance.currency for card in cards for balance in card.balances})
    return Profile(
        ref=row.ref,
        login=row.user_id,
        legal_name=known.legal_name,
        display_name=known.display_name,
        status=CustomerStatus(row.status),
        tier=row.tier.name,
        country=row.country,
        locale=row.locale,
        tz=row.tz,
        since=row.created_at,
        active_at=row.active_at,
        frozen_at=row.frozen_at,
        contacts=[masked(one) for one in known.contacts],
        wallets=cards,
        standing=limits.standing(customer=customer, currencies=currencies, at=at),
        work=list(work.about(row.ref)),
    )


def masked(contact: Contact) -> Contact:
    """Return an address as it may be shown without a reason."""
    return Contact(contact.kind, redact.hint(contact.text), contact.is_primary, contact.verified_at)


def _wallets(customer: UUID) -> list[WalletCard]:
    rows = wallets.of_customer(customer)
    by_wallet: dict[UUID, list[BalanceView]] = {}
    for balance in wallets.balances_of(*(row.pk for row in rows)):
        by_wallet.setdefault(balance.wallet, []).append(balance)
    return [_card(row, by_wallet.get(row.pk, ())) for row in rows]


def _card(row: Any, balances: Sequence[BalanceView]) -> WalletCard:
    name = row.name or str(row.get_kind_display())
    return WalletCard(row.ref, name, row.status, row.get_status_display(), list(balances))
