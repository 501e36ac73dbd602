"""Wallets: opened with a customer, given currencies, frozen; held open while money moves through them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from apps.accounts.enums import BalanceStatus, CustomerStatus, OwnerRole, Topic, WalletKind, WalletStatus
from apps.accounts.errors import CurrencyThere, CustomerFrozen, NoSuchBalance, WalletClosed, WalletFrozen
from apps.accounts.models import Customer, Wallet, WalletBalance, WalletOwner
from apps.core import audit, db, outbox, states
from apps.core.actors import Actor
from apps.core.errors import NotFound, UnknownCurrency
from apps.ledger.selectors import accounts as ledger_accounts
from apps.ledger.services import accounts
from apps.workflow.commands import staff_command

_ACCOUNT: Final = "L:WALLET"
_ENDED: Final = (WalletStatus.CLOSING, WalletStatus.CLOSED)
_MOVING: Final = (
    CustomerStatus.PROSPECT,
    CustomerStatus.PENDING_KYC,
    CustomerStatus.ACTIVE,
    CustomerStatus.RESTRICTED,
)


@dataclass(frozen=True, slots=True)
class Held:
    """A wallet that does not change until the unit ends, its owner, and its balance in the currency asked for."""

    wallet: UUID
    status: str
    owner: UUID
    owner_status: str
    account: UUID | None
    balance_status: str | None

    def require_account(self, currency: str, *, takes_credit_only: bool = False) -> UUID:
        """Return the account in the books. Money that cannot be refused any more needs neither to be unfrozen.

        Raises: wallet_frozen, wallet_closed, customer_frozen, currency_not_held.
        """
        wallet = Wallet.ref_of(self.wallet)
        if self.status in _ENDED:
            raise WalletClosed(wallet=wallet)
        if not takes_credit_only and self.status == WalletStatus.FROZEN:
            raise WalletFrozen(wallet=wallet)
        if not takes_credit_only and self.owner_status not in _MOVING:
            raise CustomerFrozen(wallet=wallet)
        if self.account is None or self.balance_status != BalanceStatus.ACTIVE:
            raise NoSuchBalance(wallet=wallet, currency=currency)
        return self.account


def open_(*, owner: Customer, kind: WalletKind, currency: str, name: str = "") -> Wallet:
    """Open a wallet with one currency, and its account in the books. Works inside an open unit.

    Order: wallet, owner, balance, audit, topic accounts.wallet.opened. Raises: unknown_currency.
    """
    wallet = Wallet(owner=owner, kind=kind, default_currency=currency, name=name)
    wallet.save()
    WalletOwner(wallet=wallet, customer=owner, role=OwnerRole.OWNER, since=db.current().at).save()
    _open_balance(wallet, currency)
    audit.record(action="accounts.wallet.open", subject=wallet, customer=owner.ref, data={"currency": currency})
    outbox.publish(Topic.WALLET_OPENED, subject=wallet, customer=owner.ref, data={"currency": currency})
    return wallet


def add_currency(wallet: UUID, *, currency: str, by: Actor, at: datetime) -> WalletBalance:
    """Give a wallet a balance in another currency.

    Order: wallet held, account in the books, balance, audit.
    Raises: unknown_currency, currency_there, wallet_closed, not_found.
    """
    with db.unit(by=by, at=at, why="add currency"):
        (held,) = db.lock(Wallet, wallet)
        if held.status in _ENDED:
            raise WalletClosed(wallet=held.ref)
        if WalletBalance.objects.filter(wallet=held, currency=currency).exists():
            raise CurrencyThere(currency=currency)
        balance = _open_balance(held, currency)
        audit.record(
            action="accounts.wallet.add_currency",
            subject=held,
            customer=Customer.ref_of(held.owner_id),
            data={"currency": currency},
        )
    return balance


@staff_command(
    "accounts.wallet.freeze", subject="wal", reasons="accounts.wallet.freeze", reversible_by="accounts.wallet.unfreeze"
)
def freeze(wallet: UUID, *, reason: str, note: str = "", by: Actor, at: datetime) -> Wallet:
    """Stop everything that leaves a wallet. Order: state with audit, topic accounts.wallet.frozen.

    Raises: invalid_state, not_found.
    """
    with db.unit(by=by, at=at, why="freeze"):
        return _moved(wallet, WalletStatus.FROZEN, Topic.WALLET_FROZEN, reason, note)


@staff_command(
    "accounts.wallet.unfreeze",
    subject="wal",
    reasons="accounts.wallet.unfreeze",
    reversible_by="accounts.wallet.freeze",
)
def unfreeze(wallet: UUID, *, reason: str, note: str = "", by: Actor, at: datetime) -> Wallet:
    """Let money leave a wallet again. Order: state with audit, topic accounts.wallet.unfrozen.

    Raises: invalid_state, not_found.
    """
    with db.unit(by=by, at=at, why="unfreeze"):
        return _moved(wallet, WalletStatus.ACTIVE, Topic.WALLET_UNFROZEN, reason, note)


_HOLD: Final = """
SELECT w.id, w.status, c.id, c.status, b.ledger_account, b.status
  FROM accounts_wallet w
  JOIN accounts_customer c ON c.id = w.owner_id
  LEFT JOIN accounts_walletbalance b ON b.wallet_id = w.id AND b.currency = %s
 WHERE w.id = ANY(%s::uuid[])
 ORDER BY w.id
   FOR SHARE OF w, c
"""


_HOLD_ALL: Final = """
SELECT a.currency, w.id, w.status, c.id, c.status, b.ledger_account, b.status
  FROM accounts_wallet w
  JOIN accounts_customer c ON c.id = w.owner_id
 CROSS JOIN unnest(%s::text[]) AS a (currency)
  LEFT JOIN accounts_walletbalance b ON b.wallet_id = w.id AND b.currency = a.currency
 WHERE w.id = ANY(%s::uuid[])
 ORDER BY w.id
   FOR SHARE OF w, c
"""


def hold_open(*wallets: UUID, currency: str) -> tuple[UUID, ...]:
    """Keep wallets and their owners from changing until the unit ends. Works inside an open unit.

    Returns the account in the books of each wallet's balance in `currency`, in the order asked for.
    Raises: wallet_frozen, wallet_closed, customer_frozen, currency_not_held, not_found; the context names the wallet.
    """
    rows = _hold(wallets, currency)
    return tuple(_found(wallet, rows).require_account(currency) for wallet in wallets)


def hold_for_credit(wallet: UUID, *, currency: str) -> UUID:
    """Keep a wallet from changing while money that cannot be refused any more is credited; it may be frozen.

    Works inside an open unit. Returns the account in the books. Raises: wallet_closed, currency_not_held, not_found.
    """
    return _found(wallet, _hold([wallet], currency)).require_account(currency, takes_credit_only=True)


def hold_all(*, wallets: Iterable[UUID], currencies: Iterable[str]) -> dict[tuple[UUID, str], Held]:
    """Keep wallets and their owners from changing until the unit ends, and return each with each currency.

    Works inside an open unit. Whether money may move through them is for the caller to ask.
    """
    asked = sorted(set(currencies))
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_ALL, [asked, sorted(set(wallets))])
        rows = [(row[0], Held(*row[1:])) for row in cursor.fetchall()]
    note_held(rows=[held for _, held in rows])
    return {(held.wallet, currency): held for currency, held in rows}


def note_held(*, rows: Iterable[Held]) -> None:
    """Note that a statement has locked these wallets and their owners. Works inside an open unit."""
    unit, held = db.current(), list(rows)
    unit.take(Customer, {row.owner for row in held}, "hold")
    unit.take(Wallet, {row.wallet for row in held}, "hold")


def _hold(wallets: Iterable[UUID], currency: str) -> dict[UUID, Held]:
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [currency, sorted(set(wallets))])
        rows = [Held(*row) for row in cursor.fetchall()]
    note_held(rows=rows)
    return {row.wallet: row for row in rows}


def _found(wallet: UUID, rows: dict[UUID, Held]) -> Held:
    if wallet not in rows:
        raise NotFound(wallet=Wallet.ref_of(wallet))
    return rows[wallet]


def _open_balance(wallet: Wallet, currency: str) -> WalletBalance:
    if not ledger_accounts.has_asset(currency):
        raise UnknownCurrency(currency=currency)
    account = accounts.open_(code=_ACCOUNT, asset=currency, owner=wallet.ref, floor=0)
    balance = WalletBalance(wallet=wallet, currency=currency, ledger_account=account.pk)
    balance.save()
    return balance


def _moved(wallet: UUID, to: WalletStatus, topic: Topic, reason: str, note: str) -> Wallet:
    (held,) = db.lock(Wallet, wallet)
    customer = Customer.ref_of(held.owner_id)
    states.move(held, to, customer=customer, reason_code=reason, reason_text=note)
    outbox.publish(topic, subject=held, customer=customer)
    return held
