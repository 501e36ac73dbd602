"""Boring rows of payments; call them inside an open unit. What only a partner's answer makes is put in by hand."""

import hashlib
from datetime import date
from typing import Any

from apps.accounts.models import Customer
from apps.core import crypto, db, ids
from apps.core.money import Money
from apps.core.services import data_keys
from apps.partners.outcomes import Unknown, Wire
from apps.partners.selectors import attempts
from apps.partners.services.attempts import Called
from apps.payments.enums import CHARGE, AnomalyReason, MethodStatus
from apps.payments.models import InboundAnomaly, PaymentMethod, ReleasePolicy, TopUp, WebhookInbox
from apps.payments.selectors import inbox, methods
from apps.payments.services import anomalies, charges, top_ups
from tests.factories import accounts as make
from tests.support.units import later


def payment_method(*, customer: Customer | None = None, **columns: Any) -> PaymentMethod:
    """Return a card that is ready."""
    owner = customer or make.customer()
    key = ids.new()
    newest = methods.newest(owner.pk, limit=1)
    values: dict[str, Any] = {
        "number": newest[0].number + 1 if newest else 1,
        "connector": "stripe",
        "environment": "test",
        "token_sealed": data_keys.seal(owner=owner.ref, column=methods.TOKEN, text=f"pm_{key.hex}"),
        "partner_customer": f"cus_{key.hex}",
        "card_fp": crypto.fingerprint("card", key.hex),
        "brand": "visa",
        "last4": "4242",
        "exp_month": 12,
        "exp_year": 2035,
        "country": "US",
        "status": MethodStatus.ACTIVE,
    }
    made = PaymentMethod(pk=key, customer=owner, **{**values, **columns})
    made.save()
    return made


def release_policy() -> ReleasePolicy:
    """Return a policy of a connector of its own."""
    made = ReleasePolicy(connector=ids.new().hex, mode="immediate", valid_from=date(2026, 1, 1))
    made.save()
    return made


def top_up(*, method: PaymentMethod | None = None, money: Money | None = None) -> TopUp:
    """Return a top-up that is reserved."""
    unit = db.current()
    card = method or payment_method()
    owner = card.customer
    later()
    return top_ups.create(
        wallet=owner.receiving_wallet_id,
        payment_method=card.pk,
        money=money or Money(2_000, "USD"),
        by=make.actor(owner.user),
        at=unit.at,
    )


def doubtful(row: TopUp) -> TopUp:
    """Return a top-up whose call had no clear answer."""
    attempt = attempts.latest(row.ref, operation=CHARGE)
    assert attempt
    return charges.apply(called=Called(attempt, Unknown("no_answer"), Wire(), db.current().at), top_up=row.pk)


def webhook_inbox(**columns: Any) -> WebhookInbox:
    """Return an event that nobody has looked at."""
    key = ids.new()
    body = f'{{"id": "evt_{key.hex}"}}'
    values: dict[str, Any] = {
        "partner": "stripe",
        "environment": "test",
        "event_id": f"evt_{key.hex}",
        "kind": "payment_intent.succeeded",
        "object_ref": f"pi_{key.hex}",
        "body_sealed": data_keys.seal(owner=inbox.owner("stripe"), column=inbox.BODY, text=body),
        "body_sha256": hashlib.sha256(body.encode()).digest(),
        "received_at": db.current().at,
    }
    made = WebhookInbox(pk=key, **{**values, **columns})
    made.save()
    return made


def inbound_anomaly() -> InboundAnomaly:
    """Return an event that fits nothing."""
    return anomalies.record(inbox=webhook_inbox(), reason=AnomalyReason.UNMATCHED)
