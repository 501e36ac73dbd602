"""Reads of wallets and of what is in them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from apps.accounts.enums import BalanceStatus, WalletStatus
from apps.accounts.errors import NoSuchBalance
from apps.accounts.models import Customer, Wallet, WalletBalance
from apps.accounts.selectors import customers
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.money import Money
from apps.ledger.selectors import balances


@dataclass(frozen=True, slots=True)
class BalanceView:
    """One currency of a wallet: all that is booked, what can be used now, and what comes in and is not yet usable."""

    wallet: UUID
    currency: str
    posted: Money
    available: Money
    pending_in: Money


def wallets_for(*, by: Actor) -> QuerySet[Wallet]:
    """Return the wallets of the calling customer. Raises: customer_required."""
    found: QuerySet[Wallet] = Wallet.objects.filter(owner=customers.own(by))
    return found


def one_for(wallet: UUID, *, by: Actor) -> Wallet:
    """Return a wallet of the calling customer. Raises: customer_required; not_found for any other one."""
    found = wallets_for(by=by).filter(pk=wallet).first()
    if found is None:
        raise NotFound(wallet=Wallet.ref_of(wallet))
    return found


def of_customer(customer: UUID) -> list[Wallet]:
    """Return the wallets of a customer, oldest first."""
    return list(Wallet.objects.filter(owner_id=customer).order_by("id"))


def balances_of(*wallets: UUID) -> list[BalanceView]:
    """Return every balance of wallets, by wallet and currency, in two queries."""
    rows = list(
        WalletBalance.objects.filter(wallet_id__in=wallets, status=BalanceStatus.ACTIVE)
        .order_by("wallet_id", "currency")
        .values_list("wallet_id", "currency", "ledger_account")
    )
    triples = balances.triple(*(account for _, _, account in rows))
    return [
        BalanceView(
            wallet,
            currency,
            posted=Money(triples[account].posted, currency),
            available=Money(triples[account].available, currency),
            pending_in=Money(triples[account].pending_in, currency),
        )
        for wallet, currency, account in rows
    ]


def balance_of(wallet: UUID, *, currency: str) -> BalanceView:
    """Return one balance of a wallet. Raises: currency_not_held."""
    found = next((one for one in balances_of(wallet) if one.currency == currency), None)
    if found is None:
        raise NoSuchBalance(wallet=Wallet.ref_of(wallet), currency=currency)
    return found


def currencies_of(customer: UUID) -> list[str]:
    """Return the currencies that a customer's wallets keep."""
    rows = WalletBalance.objects.filter(wallet__owner_id=customer, status=BalanceStatus.ACTIVE)
    return sorted(set(rows.values_list("currency", flat=True)))


def account_of(wallet: UUID, *, currency: str) -> UUID:
    """Return the account in the books of one currency of a wallet. Raises: currency_not_held."""
    found: UUID | None = (
        WalletBalance.objects.filter(wallet_id=wallet, currency=currency)
        .values_list("ledger_account", flat=True)
        .first()
    )
    if found is None:
        raise NoSuchBalance(wallet=Wallet.ref_of(wallet), currency=currency)
    return found


def receiving(customer: UUID, *, currency: str) -> UUID | None:
    """Return the wallet in which a customer receives this currency, if there is one."""
    found: UUID | None = (
        Customer.objects.filter(
            pk=customer,
            receiving_wallet__status__in=(WalletStatus.ACTIVE, WalletStatus.FROZEN),
            receiving_wallet__balances__currency=currency,
            receiving_wallet__balances__status=BalanceStatus.ACTIVE,
        )
        .values_list("receiving_wallet_id", flat=True)
        .first()
    )
    return found


def ref_of(wallet: UUID) -> str:
    """Return the typed id of a wallet."""
    return Wallet.ref_of(wallet)


def owner_of(wallet: UUID) -> UUID:
    """Return the customer who owns a wallet. Raises: not_found."""
    found: UUID | None = Wallet.objects.filter(pk=wallet).values_list("owner_id", flat=True).first()
    if found is None:
        raise NotFound(wallet=Wallet.ref_of(wallet))
    return found


def owners_of(accounts: set[UUID]) -> dict[UUID, UUID]:
    """Return the customer behind each account in the books that belongs to a wallet."""
    rows = WalletBalance.objects.filter(ledger_account__in=accounts)
    return dict(rows.values_list("ledger_account", "wallet__owner_id"))
