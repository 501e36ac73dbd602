"""Ending a payment without an outcome by hand: only as the partner says, with a reason, by who holds the work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from apps.accounts.selectors import customers
from apps.compliance.errors import ConflictOfInterest
from apps.core import audit, db, outbox
from apps.core.actors import Actor
from apps.core.errors import InvalidState
from apps.payments.enums import OPEN, Permission, Settlement, Topic, TopUpStatus
from apps.payments.errors import NoEvidence, SecondPersonNeeded
from apps.payments.models import TopUp
from apps.payments.selectors import evidence
from apps.payments.services import charges
from apps.workflow.commands import staff_command
from apps.workflow.services import queues, reasons

_RESOLVE: Final = Permission.ATTEMPT_RESOLVE.value
_NOT_TAKEN: Final = "not_taken"


@staff_command("payments.attempt.reread", permission=_RESOLVE, subject="top")
def reread(top_up: UUID, *, by: Actor, at: datetime) -> TopUp:
    """Let the partner be asked about an open payment now, after the commit; the ladder goes on as before.

    Order: audit, topic payments.top_up.questioned. Raises: conflict_of_interest, invalid_state, not_found.
    """
    with db.unit(by=by, at=at, why="reread"):
        (held,) = db.lock(TopUp, top_up, mode="hold")
        customer = _customer_of(held, by)
        if held.status not in OPEN:
            raise InvalidState(id=held.ref, state=held.status)
        audit.record(action="payments.attempt.reread", subject=held, customer=customer)
        outbox.publish(Topic.TOP_UP_QUESTIONED, subject=held)
        return held


@staff_command(_RESOLVE, subject="top", reasons=_RESOLVE)
def settle(
    top_up: UUID,
    *,
    ended: Settlement,
    alone: Mapping[str, int],
    item: UUID,
    version: int,
    reason: str,
    note: str = "",
    by: Actor,
    at: datetime,
) -> TopUp:
    """Close the work about a payment as the partner says that it ended; `item` is the work in the version seen.

    A reading that the money was taken, or declined, has moved the payment already: then this only confirms it. What
    is left is that the partner knows of no payment: then it fails, up to `alone` minor units of its currency.
    Order: lease, state with limits given back and topics, audit, work closed.
    Raises: lease_lost, version_conflict, conflict_of_interest, reason_unknown, reason_text_required, no_evidence,
    second_person_needed, not_found.
    """
    with db.unit(by=by, at=at, why="settle"):
        queues.require(item, subject=TopUp(pk=top_up), version=version, by=by)
        (held,) = db.lock(TopUp, top_up)
        customer = _customer_of(held, by)
        reasons.require(action=_RESOLVE, code=reason, text=note)
        data = {"ended": ended.value}
        if held.status != ended.value:
            found = evidence.of(held, at=at)
            _require_proof(held, ended, found, alone)
            charges.fail(top_up=held, code=_NOT_TAKEN)
            data["reading"] = found.reading.ref if found.reading else ""
        audit.record(action=_RESOLVE, subject=held, customer=customer, data=data, reason_code=reason, reason_text=note)
        queues.close(item, outcome=ended.value, reason=reason)
        return held


def _require_proof(held: TopUp, ended: Settlement, found: evidence.Evidence, alone: Mapping[str, int]) -> None:
    may_end = held.status == TopUpStatus.UNKNOWN and ended == Settlement.FAILED
    if not may_end or not found.proves_nothing_taken:
        raise NoEvidence(state=held.status, finding=found.finding.value)
    if held.amount > alone.get(held.currency, 0):
        raise SecondPersonNeeded(most=alone.get(held.currency, 0), currency=held.currency)


def _customer_of(held: TopUp, by: Actor) -> str:
    """Return whose payment it is; nobody decides about their own. Raises: conflict_of_interest."""
    customer = customers.ref_of(held.customer_id)
    if customer in customers.own_refs(by):
        raise ConflictOfInterest
    return customer
