"""Ending a payment that its owner does not confirm, by hand or by time. The partner ends it, or says why not."""

from datetime import datetime
from typing import Final
from uuid import UUID

from apps.accounts.selectors import customers
from apps.core import audit, db, outbox
from apps.core.actors import Actor
from apps.core.errors import InvalidState
from apps.partners.outcomes import Rejected, Retryable, Unknown
from apps.partners.selectors import attempts as attempt_reads
from apps.partners.selectors import error_maps
from apps.partners.services import attempts, calls
from apps.payments.adapters import registry
from apps.payments.enums import CANCEL, Topic, TopUpStatus
from apps.payments.errors import PartnerUnavailable
from apps.payments.models import TopUp
from apps.payments.selectors import top_ups as selectors
from apps.payments.services import charges, readings

_WAITING: Final = TopUpStatus.REQUIRES_ACTION


def confirmed(top_up: UUID, *, by: Actor, at: datetime) -> TopUp:
    """Take the customer's word that the bank was answered: the partner is asked after the commit, if it is open still.

    Order: audit, topic payments.top_up.questioned. Raises: customer_required, not_found.
    """
    row = selectors.one_for(top_up, by=by)
    with db.unit(by=by, at=at, why="confirm"):
        (held,) = db.lock(TopUp, row.pk, mode="hold")
        if held.status == _WAITING:
            audit.record(action="payments.top_up.confirm", subject=held, customer=customers.ref_of(held.customer_id))
            outbox.publish(Topic.TOP_UP_QUESTIONED, subject=held)
        return held


def cancel(top_up: UUID, *, by: Actor, at: datetime) -> TopUp:
    """Let the customer drop a top-up that waits for them; the partner is asked after the commit.

    Order: call prepared, audit, topic payments.top_up.abandoned.
    Raises: customer_required, not_found, invalid_state unless it waits for the customer.
    """
    row = selectors.one_for(top_up, by=by)
    with db.unit(by=by, at=at, why="cancel"):
        (held,) = db.lock(TopUp, row.pk)
        if held.status != _WAITING:
            raise InvalidState(id=held.ref, state=held.status)
        audit.record(action="payments.top_up.cancel", subject=held, customer=customers.ref_of(held.customer_id))
        _abandon(held)
        return held


def expire(top_up: UUID, *, by: Actor, at: datetime) -> TopUp:
    """Drop a top-up that waited for its owner too long; others stay. Order: call prepared, topic abandoned."""
    with db.unit(by=by, at=at, why="expire"):
        (held,) = db.lock(TopUp, top_up)
        if held.status == _WAITING and held.action_expires_at is not None and held.action_expires_at <= at:
            _abandon(held)
        return held


def call(top_up: UUID, *, by: Actor, at: datetime) -> TopUp:
    """Let the partner end a dropped payment, and record what came of it; one that cannot be ended is read again.

    Raises: partner_unavailable when it is to be tried again.
    """
    row = selectors.by_id(top_up)
    attempt = attempt_reads.latest(row.ref, operation=CANCEL)
    if attempt is None or attempt.outcome is not None or row.status != _WAITING:
        return row
    connector, rules = registry.named(row.connector), error_maps.rules_of(row.connector, on=at.date())
    payment = row.partner_ref or ""
    called = calls.perform(
        attempt.pk,
        send=lambda one: connector.adapter.cancel(key=str(one.idempotency_key), payment=payment, rules=rules),
        by=by,
        at=at,
    )
    if called is None:
        return row
    with db.unit(by=by, at=called.at, why="record"):
        held = charges.apply(called=called, top_up=top_up)
        is_open = isinstance(called.outcome, Retryable | Unknown) and held.status == _WAITING
        if is_open and attempt.retry_no < charges.MOST_RETRIES:
            _prepare(held, retry_of=called.attempt)
    if is_open:
        raise PartnerUnavailable(code=called.outcome.code)
    if isinstance(called.outcome, Rejected):
        return readings.read(top_up, payment=payment, by=by, at=called.at).top_up
    return held


def _abandon(held: TopUp) -> None:
    """Prepare the partner's call, unless one is under way, and let it be made after the commit."""
    latest = attempt_reads.latest(held.ref, operation=CANCEL)
    if latest is None or latest.outcome is not None:
        _prepare(held)
    outbox.publish(Topic.TOP_UP_ABANDONED, subject=held)


def _prepare(held: TopUp, *, retry_of: object = None) -> None:
    attempts.prepare(
        connector=held.connector,
        environment=held.environment,
        operation=CANCEL,
        subject=held.ref,
        content={"payment": held.partner_ref},
        generation=attempt_reads.next_generation(held.ref, operation=CANCEL),
        retry_of=retry_of,  # type: ignore[arg-type]  # the call that was just made
    )
