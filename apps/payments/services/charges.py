"""Top-ups, second and third step: the card is charged outside any transaction, and what came of it is recorded.

Whatever brings news of a payment (answer, event, reading) ends in `apply`: one state move and one posting.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog

from apps.accounts.errors import NoSuchBalance, WalletClosed
from apps.accounts.selectors import customers
from apps.accounts.services import limits, wallets
from apps.core import db, outbox, states
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.services import data_keys
from apps.ledger.enums import Side
from apps.ledger.services import accounts, journal
from apps.partners.outcomes import Accepted, Declined, Rejected, Reply, Retryable, Unknown, verified
from apps.partners.selectors import attempts as attempt_reads
from apps.partners.selectors import error_maps
from apps.partners.services import attempts, calls
from apps.partners.services.attempts import Called
from apps.payments.adapters import registry
from apps.payments.enums import CHARGE, OPEN, AnomalyReason, Topic, TopUpStatus
from apps.payments.errors import PartnerUnavailable
from apps.payments.models import TopUp
from apps.payments.selectors import methods
from apps.payments.selectors import top_ups as selectors
from apps.payments.services import anomalies, escalations

MOST_RETRIES: Final = 8
"""Repetitions of a call that certainly did nothing, before the customer is told that it cannot be done now."""
DOUBT: Final = timedelta(minutes=5)
"""How long an unknown outcome waits for an event before the partner is asked."""

ACTION_TIME: Final = timedelta(minutes=30)
"""How long the owner of a card may take to confirm a payment with the card's bank."""
CANCELED: Final = "canceled"
"""The partner's word for a payment that was ended before money was taken."""

_TOPICS: Final = {
    TopUpStatus.DECLINED: Topic.TOP_UP_DECLINED,
    TopUpStatus.CANCELED: Topic.TOP_UP_CANCELED,
    TopUpStatus.FAILED: Topic.TOP_UP_FAILED,
}
_NO_MORE: Final = {"not_before": None, "escalated_at": None, "client_secret_sealed": None, "action_expires_at": None}
"""What holds within one state only."""
_KIND: Final = "payments.top_up"
_RECEIVABLE: Final = "A:RECV"
_log = structlog.get_logger(__name__)


def call(top_up: UUID, *, by: Actor, at: datetime) -> TopUp:
    """Charge the card of a reserved top-up and record what came of it; nothing where that has been done.

    Raises: partner_unavailable when it certainly was not done and is to be tried again.
    """
    row = selectors.by_id(top_up)
    attempt = attempt_reads.latest(row.ref, operation=CHARGE)
    if attempt is None or attempt.outcome is not None or row.status not in OPEN:
        return row
    if row.not_before is not None and at < row.not_before:
        raise PartnerUnavailable(retry_at=row.not_before)
    connector, method = registry.named(row.connector), methods.by_id(row.payment_method_id)
    token, rules = methods.token_of(method), error_maps.rules_of(row.connector, on=at.date())

    def send(one: Any) -> Reply:
        return connector.adapter.charge(
            key=str(one.idempotency_key),
            money=row.money,
            token=token,
            customer=method.partner_customer,
            reference=row.ref,
            rules=rules,
        )

    called = calls.perform(attempt.pk, send=send, by=by, at=at)
    if called is None:
        return row
    with db.unit(by=by, at=called.at, why="record"):
        recorded = apply(called=called, top_up=top_up)
    if isinstance(called.outcome, Retryable) and recorded.status == TopUpStatus.CREATED:
        raise PartnerUnavailable(code=called.outcome.code)
    return recorded


def apply(*, called: Called, top_up: UUID) -> TopUp:
    """Record what a call about a top-up came to, and act on it. Works inside an open unit.

    Order: attempt, top-up, wallet held, limits given back where nothing was taken, state with audit, topics, posting.
    A state that the news does not fit stays as it is, and an anomaly tells of it.
    """
    is_charge = called.attempt.operation == CHARGE
    connector = registry.named(called.attempt.connector)
    attempts.finish(called=called, keep=connector.kept_fields(called.attempt.operation))
    (held,) = db.lock(TopUp, top_up)
    outcome = verified(called.outcome, money=held.money, reference=held.ref)
    match outcome:
        case Accepted(status="succeeded"):
            _capture(held, outcome.refs["id"], called)
        case Accepted(status="requires_action"):
            _ask_owner(held, outcome)
        case Accepted():
            _process(held, outcome.refs["id"])
        case Declined():
            _end(held, outcome, called)
        case Rejected() if is_charge and held.status == TopUpStatus.CREATED:
            # Of a repetition after a doubt it says nothing: a wrong key of ours is refused before the first call's.
            _end(held, outcome, called)
        case Retryable() if is_charge:
            _repeat(held, outcome, called)
        case Unknown():
            _doubt(held, outcome, called, is_charge=is_charge)
    return held


def _capture(held: TopUp, payment: str, called: Called) -> None:
    if held.status not in OPEN:
        if held.partner_ref != payment or held.status != TopUpStatus.CAPTURED:
            is_second = held.status == TopUpStatus.CAPTURED
            reason = AnomalyReason.SECOND_PAYMENT if is_second else AnomalyReason.ILLEGAL_MOVE
            anomalies.record(top_up=held, wanted=TopUpStatus.CAPTURED, reason=reason, attempt_ref=called.attempt.ref)
        return
    try:
        account = wallets.hold_for_credit(held.wallet_id, currency=held.currency)
    except (WalletClosed, NoSuchBalance, NotFound):
        _doubt(held, Unknown("not_creditable", {"id": payment}), called, is_charge=True)
        anomalies.record(
            top_up=held,
            wanted=TopUpStatus.CAPTURED,
            reason=AnomalyReason.NOT_CREDITABLE,
            attempt_ref=called.attempt.ref,
        )
        return
    txn = journal.new_txn()
    _move(held, TopUpStatus.CAPTURED, Topic.TOP_UP_CAPTURED, partner_ref=payment, ledger_txn=txn, next_check_at=None)
    receivable = accounts.open_(code=_RECEIVABLE, asset=held.currency, qualifier=held.connector)
    journal.post(
        lines=[journal.line(receivable.pk, held.money, Side.DR), journal.line(account, held.money, Side.CR)],
        kind=_KIND,
        key=journal.posting_key(held.ref, "captured"),
        subject=held.ref,
        as_txn=txn,
    )


def _ask_owner(held: TopUp, outcome: Accepted) -> None:
    """Keep, sealed, with what the customer confirms the payment with the card's bank; until then nothing is taken."""
    if held.status not in (TopUpStatus.CREATED, TopUpStatus.UNKNOWN):
        return
    owner, expires_at = customers.ref_of(held.customer_id), db.current().at + ACTION_TIME
    text = outcome.details["client_secret"]
    _move(
        held,
        TopUpStatus.REQUIRES_ACTION,
        None,
        partner_ref=outcome.refs["id"],
        client_secret_sealed=data_keys.seal(owner=owner, column=selectors.SECRET, text=text),
        action_expires_at=expires_at,
        next_check_at=expires_at,
    )


def _process(held: TopUp, payment: str) -> None:
    if held.status in (TopUpStatus.CREATED, TopUpStatus.REQUIRES_ACTION, TopUpStatus.UNKNOWN):
        _move(held, TopUpStatus.PROCESSING, None, partner_ref=payment, next_check_at=db.current().at + DOUBT)


def _end(held: TopUp, outcome: Declined | Rejected, called: Called) -> None:
    """End a top-up of which the partner says that no money was taken."""
    is_declined, is_canceled = isinstance(outcome, Declined), outcome.code == CANCELED
    to = TopUpStatus.CANCELED if is_canceled else TopUpStatus.DECLINED if is_declined else TopUpStatus.FAILED
    if held.status not in OPEN:
        if held.status == TopUpStatus.CAPTURED:
            anomalies.record(top_up=held, wanted=to, reason=AnomalyReason.ILLEGAL_MOVE, attempt_ref=called.attempt.ref)
        return
    code = error_maps.user_message(held.connector, outcome.code, on=db.current().at.date())
    told = "" if is_canceled else code if is_declined else "partner_refused"
    _give_up(held, to, told, outcome.refs.get("id"))


def _repeat(held: TopUp, outcome: Retryable, called: Called) -> None:
    """Keep from when the call may be made again, and prepare it under its key; a doubt's next one is the ladder's.

    After too many the top-up has failed, because none did anything.
    """
    if held.status not in (TopUpStatus.CREATED, TopUpStatus.UNKNOWN):
        return
    if held.status == TopUpStatus.CREATED:
        if called.attempt.retry_no >= MOST_RETRIES:
            _give_up(held, TopUpStatus.FAILED, "partner_unavailable", None)
            return
        prepare_again(top_up=held, attempt=called.attempt)
    held.not_before = db.current().at + timedelta(seconds=outcome.after_s or 0)
    held.save()


def prepare_again(*, top_up: TopUp, attempt: Any) -> None:
    """Prepare the charge of a held top-up once more, under the key of the first. Works inside an open unit."""
    attempts.prepare(
        connector=top_up.connector,
        environment=top_up.environment,
        operation=CHARGE,
        subject=top_up.ref,
        content={"money": top_up.money.to_json()},
        retry_of=attempt,
    )


def fail(*, top_up: TopUp, code: str) -> None:
    """End a held top-up of which it is proved that no money was taken. Works inside an open unit.

    Order: state with audit, topics payments.top_up.failed and payments.unknown.resolved, limits given back.
    """
    _give_up(top_up, TopUpStatus.FAILED, code, None)


def _doubt(held: TopUp, outcome: Unknown, called: Called, *, is_charge: bool) -> None:
    """Keep in mind that nobody knows: no posting, no second charge, and limits stay used."""
    if held.status not in OPEN:
        return
    if outcome.code == "integrity":
        anomalies.record(top_up=held, reason=AnomalyReason.INTEGRITY, attempt_ref=called.attempt.ref)
    is_for_people = outcome.code in escalations.AT_ONCE
    if held.status != TopUpStatus.UNKNOWN and (is_charge or is_for_people):
        _log.warning("payment_unknown", top_up=held.ref, reason=outcome.code)
        _move(held, TopUpStatus.UNKNOWN, Topic.UNKNOWN_OPENED, next_check_at=db.current().at + DOUBT)
    if is_for_people:
        escalations.escalate(top_up=held)


def _give_up(held: TopUp, to: TopUpStatus, code: str, payment: str | None) -> None:
    _move(held, to, _TOPICS[to], decline_code=code, partner_ref=payment or held.partner_ref, next_check_at=None)
    limits.release(subject=held.ref)


def _move(held: TopUp, to: TopUpStatus, topic: Topic | None, **columns: Any) -> None:
    """Move a top-up and tell of it; the end of a doubt is news of its own."""
    customer, was = customers.ref_of(held.customer_id), held.status
    states.move(held, to, customer=customer, **{**_NO_MORE, **columns})
    if topic is not None:
        outbox.publish(topic, subject=held, customer=customer, data={"money": held.money.to_json()})
    if was == TopUpStatus.UNKNOWN:
        outbox.publish(Topic.UNKNOWN_RESOLVED, subject=held, customer=customer, data={"status": to.value})
