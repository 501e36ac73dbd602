"""A customer with a card at the simulated partner, each step in a unit of its own."""

import hashlib
import hmac
import json
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from apps.accounts.models import Customer
from apps.accounts.selectors import limits
from apps.accounts.selectors import wallets as wallet_reads
from apps.core import actors, clock, db, ids
from apps.core.actors import Actor
from apps.core.models import OutboxMessage
from apps.core.money import Money
from apps.ledger.models import Account
from apps.ledger.selectors import balances
from apps.partners.models import Attempt
from apps.payments.errors import PartnerUnavailable
from apps.payments.models import PaymentMethod, TopUp
from apps.payments.services import cards, charges, inbox, payment_methods, resolution, top_ups
from apps.payments.services.inbox import Receipt
from tests.factories import accounts as make
from tests.simulators.stripe.client import VISA, Client

BY = actors.system("tests.payments")
PARTNER = Actor(kind="partner", id="partner:stripe")
SECRET = "whsec_simulated"
ASKS = "4000002760003184"
"""A card whose bank asks its owner to confirm."""


def person(**words: Any) -> Customer:
    """Return a customer of the lowest tier with nothing."""
    with unit():
        return make.customer(**words)


def unit():
    """Return a unit of now."""
    return db.unit(by=BY, at=clock.now(), why="test")


def actor(customer: Customer) -> Actor:
    return make.actor(customer.user)


def added(customer: Customer, token: str, *, most: int = 10, at: datetime | None = None) -> PaymentMethod:
    """Return a card that was added and is not yet at the partner."""
    return payment_methods.add(token=token, most=most, by=actor(customer), at=at or clock.now())


def token(partner: Client, number: str = VISA) -> str:
    """Return the partner's token of a card, as its page gives it to the customer."""
    found: str = partner.method(number).json()["id"]
    return found


def card(partner: Client, customer: Customer, number: str = VISA) -> PaymentMethod:
    """Return a card that the partner has taken on, or refused."""
    return cards.attach(added(customer, token(partner, number)).pk, by=BY, at=clock.now())


def reserved(method: PaymentMethod, amount: int = 2_000, currency: str = "USD", **words: Any) -> TopUp:
    """Return a top-up that is reserved and not yet asked for."""
    customer = method.customer
    values = {
        "wallet": customer.receiving_wallet_id,
        "payment_method": method.pk,
        "money": Money(amount, currency),
        "by": actor(customer),
        "at": clock.now(),
    }
    return top_ups.create(**{**values, **words})


def call(top_up: TopUp, *, after: timedelta = timedelta()) -> TopUp:
    """Make the call of a top-up as a worker does, and return the row; what is to be repeated is left so."""
    with suppress(PartnerUnavailable):
        charges.call(top_up.pk, by=BY, at=clock.now() + after)
    return fresh(top_up)


def revisit(top_up: TopUp, *, after: timedelta = timedelta()) -> TopUp:
    """Climb the ladder once, and return the row."""
    with suppress(PartnerUnavailable):
        resolution.revisit(top_up.pk, by=BY, at=clock.now() + after)
    return fresh(top_up)


def fresh(top_up: TopUp) -> TopUp:
    return TopUp.objects.get(pk=top_up.pk)


def of_ref(ref: str) -> TopUp:
    return TopUp.objects.get(pk=ids.decode("top", ref))


def calls(subject: Any) -> list[tuple[str, int, str | None]]:
    """Return the calls about a row: operation, repetition, outcome."""
    rows = Attempt.objects.filter(subject=subject.ref).order_by("id")
    return list(rows.values_list("operation", "retry_no", "outcome"))


def attempts_of(subject: Any) -> list[Attempt]:
    return list(Attempt.objects.filter(subject=subject.ref).order_by("id"))


def available(customer: Customer, currency: str = "USD") -> int:
    """Return what a customer can spend, in minor units."""
    account = wallet_reads.account_of(customer.receiving_wallet_id, currency=currency)
    return balances.triple(account)[account].available


def receivable(currency: str = "USD") -> int:
    """Return what the partner owes us, in minor units."""
    account = Account.objects.get(gl_code__code="A:RECV", qualifier="stripe", asset__code=currency)
    return -balances.triple(account.pk)[account.pk].posted


def used(customer: Customer) -> int:
    """Return how much of the daily limit of top-ups is used, in minor units."""
    rows = limits.standing(customer=customer.pk, currencies=["USD"], at=clock.now())
    (found,) = [row.used for row in rows if row.operation == "card_in" and row.window == "day"][:1]
    return int(found)


def topics(subject: Any) -> list[str]:
    return list(OutboxMessage.objects.filter(subject=subject.ref).order_by("id").values_list("topic", flat=True))


def event(partner: Client, top_up: TopUp, kind: str = "payment_intent.succeeded") -> bytes:
    """Return the bytes of the newest event of a kind about a top-up."""
    rows = partner.get("events", type=kind, limit=100).json()["data"]
    found = [row for row in rows if row["data"]["object"]["metadata"].get("reference") == top_up.ref]
    return json.dumps(found[0], indent=2).encode()


def signed(
    body: bytes, *, at: datetime | None = None, skew_s: int = 0, secret: str = SECRET, scheme: str = "v1"
) -> str:
    """Return the header of a signature, by code of its own."""
    stamp = int((at or clock.now()).timestamp()) + skew_s
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},{scheme}={digest}"


def receive(body: bytes, signature: str | None = None) -> Receipt:
    """Take a message of the partner."""
    return inbox.receive(
        partner="stripe",
        body=body,
        signature=signed(body) if signature is None else signature,
        by=PARTNER,
        at=clock.now(),
    )


def process(receipt: Receipt, *, after: timedelta = timedelta()) -> str | None:
    """Act on a message that was taken."""
    found = inbox.process(receipt.inbox.pk, by=BY, at=clock.now() + after)
    return None if found is None else found.value


def made_up(kind: str, *, reference: str = "", payment: str = "", key: str = "") -> bytes:
    """Return an event that the partner never made."""
    about = {"id": payment or f"pi_{ids.new().hex}", "object": "payment_intent", "metadata": {"reference": reference}}
    content = {"id": key or f"evt_{ids.new().hex}", "object": "event", "type": kind, "data": {"object": about}}
    return json.dumps(content).encode()


def removed(method: UUID) -> PaymentMethod:
    return PaymentMethod.all_objects.get(pk=method)
