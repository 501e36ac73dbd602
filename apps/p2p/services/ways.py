"""Ways: from whom to whom the money of a transfer goes, with both wallets kept open until the unit ends."""

from dataclasses import dataclass
from uuid import UUID

from apps.accounts.enums import Direction, Operation
from apps.accounts.errors import CustomerFrozen, NoSuchBalance, WalletClosed, WalletFrozen
from apps.accounts.selectors import customers
from apps.accounts.services import limits, routes
from apps.accounts.services.wallets import Held
from apps.core.actors import Actor
from apps.core.errors import DomainError, InvalidAmount
from apps.core.money import Money
from apps.core.selectors.data_keys import Keys, Sealed
from apps.ledger.errors import InsufficientFunds
from apps.ledger.selectors import balances
from apps.p2p.errors import PayeeCannotReceive, PayeeIsPayer, PayeeUnknown


@dataclass(frozen=True, slots=True)
class Party:
    """A customer, the wallet and its account in the books; of a payee the sealed name besides."""

    customer: UUID
    wallet: UUID
    account: UUID
    name: Sealed | None = None

    @property
    def ref(self) -> str:
        """Return the typed id of the customer."""
        return customers.ref_of(self.customer)


@dataclass(frozen=True, slots=True)
class Way:
    """Who pays, in which time zone, and who receives, or why nobody does; `keys` are the data keys of both."""

    payer: Party
    tz: str
    payee: Party | DomainError
    keys: Keys


def hold(*, payer_wallet: UUID, payee_email: str, money: Money, by: Actor) -> Way:
    """Find who receives at an address and keep both wallets open. Works inside an open unit.

    Raises: invalid_amount, customer_required, invalid_reference, payee_is_payer; wallet_frozen, wallet_closed,
    customer_frozen and currency_not_held of the payer. What the payee lacks is in the answer.
    """
    if money.amount <= 0:
        raise InvalidAmount(field="money.amount")
    route = routes.hold(by=by, wallet=payer_wallet, email=payee_email, currency=money.currency)
    if route.payee == route.payer:
        raise PayeeIsPayer(field="payee.email")
    payer = Party(route.payer, payer_wallet, route.payer_wallet.require_account(money.currency))
    payee = payee_of(customer=route.payee, wallet=route.payee_wallet, currency=money.currency, name=route.payee_name)
    return Way(payer, route.tz, payee, route.keys)


def consume(*, way: Way, money: Money, subject: str) -> None:
    """Count a transfer, of this typed id, against the payer's limits. Works inside an open unit.

    Raises: limit_exceeded, limit_missing.
    """
    limits.consume(
        customer=way.payer.customer,
        operation=Operation.P2P_SEND,
        direction=Direction.OUT,
        money=money,
        subject=subject,
        tz=way.tz,
    )


def require_payee(*, way: Way, money: Money) -> Party:
    """Return who receives. Works inside an open unit.

    Whoever could not pay is told just that, so nobody without money learns which addresses are known here.
    Raises: insufficient_funds, payee_unknown, payee_cannot_receive.
    """
    if isinstance(way.payee, Party):
        return way.payee
    available = available_to(way=way)
    if available < money.amount:
        raise InsufficientFunds(line=1, available=available, needed=money.amount)
    raise way.payee


def available_to(*, way: Way) -> int:
    """Return what the payer has at this moment, in minor units. Works inside an open unit."""
    account = way.payer.account
    return balances.triple(account)[account].available


def payee_of(
    *, customer: UUID | None, wallet: Held | None, currency: str, name: Sealed | None = None
) -> Party | DomainError:
    """Return the payee, or what is told of who cannot be one: nothing about somebody else's wallet.

    Works inside an open unit.
    """
    if customer is None or wallet is None:
        return PayeeUnknown(field="payee.email")
    try:
        account = wallet.require_account(currency)
    except (WalletFrozen, WalletClosed, CustomerFrozen, NoSuchBalance):
        return PayeeCannotReceive()
    return Party(customer, wallet.wallet, account, name)
