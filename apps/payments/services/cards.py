"""Cards at the partner: bound to the partner's record of the customer, and unbound. No money moves by these calls.

So a call whose outcome is not known is simply made again under its key.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from apps.accounts.selectors import customers
from apps.core import crypto, db, outbox, states
from apps.core.actors import Actor
from apps.core.services import data_keys
from apps.partners.outcomes import Accepted, Declined, Outcome, Rejected, Reply
from apps.partners.selectors import attempts as attempt_reads
from apps.partners.selectors import error_maps
from apps.partners.services import attempts, calls
from apps.partners.services.attempts import Called
from apps.payments.adapters import registry
from apps.payments.adapters.stripe_account import ADD_CUSTOMER, ATTACH, DETACH
from apps.payments.enums import MethodStatus, Topic
from apps.payments.errors import PartnerUnavailable
from apps.payments.models import PaymentMethod
from apps.payments.selectors import methods

MOST_RETRIES: Final = 8
_THERE: Final = "card_already_added"
_AWAY: Final = "partner_unavailable"
_REFUSED: Final = "partner_refused"


def attach(payment_method: UUID, *, by: Actor, at: datetime) -> PaymentMethod:
    """Bind a card that was added, first making the partner's record of its owner; nothing where that has been done.

    Raises: partner_unavailable when it is to be tried again.
    """
    row = methods.by_id(payment_method)
    if row.status == MethodStatus.PENDING and not row.partner_customer:
        row = _step(row, ADD_CUSTOMER, _add_customer, _after_customer, by=by, at=at)
    if row.status == MethodStatus.PENDING and row.partner_customer:
        row = _step(row, ATTACH, _attach, _after_attach, by=by, at=at)
    return row


def detach(payment_method: UUID, *, by: Actor, at: datetime) -> PaymentMethod:
    """Let the partner forget a removed card. Raises: partner_unavailable when it is to be tried again."""
    return _step(methods.by_id(payment_method), DETACH, _detach, _after_detach, by=by, at=at)


Send = Callable[[registry.Connector, PaymentMethod, str, Any], Reply]
After = Callable[[PaymentMethod, Outcome], None]


def _step(row: PaymentMethod, operation: str, send: Send, after: After, *, by: Actor, at: datetime) -> PaymentMethod:
    """Make the prepared call of one operation, record it, and act on what came of it."""
    attempt = attempt_reads.latest(row.ref, operation=operation)
    if attempt is None or attempt.outcome is not None:
        return row
    connector, rules = registry.named(row.connector), error_maps.rules_of(row.connector, on=at.date())
    called = calls.perform(
        attempt.pk, send=lambda one: send(connector, row, str(one.idempotency_key), rules), by=by, at=at
    )
    if called is None:
        return row
    with db.unit(by=by, at=called.at, why="record"):
        attempts.finish(called=called, keep=connector.kept_fields(operation))
        held = _held(row)
        is_open = not isinstance(called.outcome, Accepted | Declined | Rejected)
        if is_open and called.attempt.retry_no < MOST_RETRIES:
            _prepare(held, operation, retry_of=called)
        else:
            after(held, called.outcome)
    if is_open and called.attempt.retry_no < MOST_RETRIES:
        raise PartnerUnavailable(code=called.outcome.code)
    return held


def _held(row: PaymentMethod) -> PaymentMethod:
    """Return the row for a change; a removed one changes no more."""
    if row.deleted_at is not None:
        return row
    (held,) = db.lock(PaymentMethod, row.pk)
    return held


def _prepare(held: PaymentMethod, operation: str, *, retry_of: Called | None = None) -> None:
    attempts.prepare(
        connector=held.connector,
        environment=held.environment,
        operation=operation,
        subject=held.ref,
        content={"payment_method": held.ref},
        retry_of=retry_of.attempt if retry_of is not None else None,
    )


def _add_customer(connector: registry.Connector, row: PaymentMethod, key: str, rules: Any) -> Reply:
    return connector.adapter.add_customer(key=key, reference=customers.ref_of(row.customer_id), rules=rules)


def _attach(connector: registry.Connector, row: PaymentMethod, key: str, rules: Any) -> Reply:
    return connector.adapter.attach(key=key, token=methods.token_of(row), customer=row.partner_customer, rules=rules)


def _detach(connector: registry.Connector, row: PaymentMethod, key: str, rules: Any) -> Reply:
    return connector.adapter.detach(key=key, token=methods.token_of(row), rules=rules)


def _after_customer(held: PaymentMethod, outcome: Outcome) -> None:
    if isinstance(outcome, Accepted):
        held.partner_customer = outcome.refs["id"]
        held.save()
        _prepare(held, ATTACH)
    else:
        _refuse(held, outcome)


def _after_attach(held: PaymentMethod, outcome: Outcome) -> None:
    """Keep what may be known of the card; the same card twice is one too many."""
    if not isinstance(outcome, Accepted):
        _refuse(held, outcome)
        return
    card_fp = crypto.fingerprint("card", outcome.details["fingerprint"])
    if methods.has_card(held, card_fp=card_fp):
        _move(held, MethodStatus.REFUSED, Topic.METHOD_REFUSED, refusal_code=_THERE)
        return
    owner = customers.ref_of(held.customer_id)
    details = outcome.details
    _move(
        held,
        MethodStatus.ACTIVE,
        Topic.METHOD_ACCEPTED,
        token_sealed=data_keys.seal(owner=owner, column=methods.TOKEN, text=details["token"]),
        card_fp=card_fp,
        brand=details["brand"],
        last4=details["last4"],
        exp_month=int(details["exp_month"]),
        exp_year=int(details["exp_year"]),
        country=details["country"],
    )


def _after_detach(_: PaymentMethod, __: Outcome) -> None:
    """Leave the row: it is removed, and what the partner said is with the attempt."""


def _refuse(held: PaymentMethod, outcome: Outcome) -> None:
    code = error_maps.user_message(held.connector, outcome.code, on=db.current().at.date())
    told = code if isinstance(outcome, Declined) else _REFUSED if isinstance(outcome, Rejected) else _AWAY
    _move(held, MethodStatus.REFUSED, Topic.METHOD_REFUSED, refusal_code=told)


def _move(held: PaymentMethod, to: MethodStatus, topic: Topic, **columns: Any) -> None:
    customer = customers.ref_of(held.customer_id)
    states.move(held, to, customer=customer, **columns)
    outbox.publish(topic, subject=held, customer=customer)
