"""Transfers between new customers, made by services; call them inside an open unit."""

from uuid import UUID

from apps.accounts.models import Customer
from apps.accounts.selectors import customers as customer_reads
from apps.accounts.selectors import wallets as wallet_reads
from apps.core import db
from apps.core.actors import Actor
from apps.core.money import Money
from apps.p2p.models import PayeeLookup, Transfer
from apps.p2p.services import lookups, transfers
from tests.factories import accounts as people
from tests.factories import ledger as books
from tests.support.units import later


def person(amount: int = 5_000, *, currency: str = "USD", name: str = "Ada Okonkwo") -> Customer:
    """Return a customer of the lowest tier with money, paid in from the house."""
    made = people.customer(currency=currency, name=name)
    later()
    if amount:
        account = wallet_reads.account_of(wallet_of(made), currency=currency)
        books.move(books.house(asset=currency).pk, account, amount, currency, kind="payments.top_up")
        later()
    return made


def wallet_of(customer: Customer) -> UUID:
    """Return the wallet in which a customer receives."""
    wallet: UUID = customer.receiving_wallet_id
    return wallet


def actor(customer: Customer) -> Actor:
    """Return a customer as the one who acts."""
    return people.actor(customer.user)


def send(payer: Customer, payee: Customer, amount: int = 100, *, currency: str = "USD", note: str = "") -> Transfer:
    """Return what one sends another."""
    seen = transfers.send(
        payer_wallet=wallet_of(payer),
        payee_email=customer_reads.email_of(payee.pk),
        money=Money(amount, currency),
        note=note,
        by=actor(payer),
        at=db.current().at,
    )
    db.current().flush()
    later()
    sent: Transfer = Transfer.objects.get(pk=seen.id)
    return sent


def transfer() -> Transfer:
    """Return what a new customer sent another."""
    return send(person(), person(0), note="Lunch")


def payee_lookup() -> PayeeLookup:
    """Return the counter of a customer who asked for one name."""
    unit, asking = db.current(), people.customer()
    later()
    lookups.count(customer=asking.pk, tz="UTC", most=30, by=unit.by, at=unit.at)
    return PayeeLookup.objects.get(customer=asking)
