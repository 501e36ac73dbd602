"""The ladder of an unknown payment: read it, look it up, and only then send the same call under the same key.

Another key, or another partner, is never tried: one of the two payments would be nobody's.
"""

from datetime import datetime
from uuid import UUID

import structlog

from apps.core import db
from apps.core.actors import Actor
from apps.partners.outcomes import Rejected
from apps.partners.selectors import attempts as attempt_reads
from apps.payments.enums import CHARGE, OPEN, TopUpStatus
from apps.payments.models import TopUp
from apps.payments.selectors import evidence
from apps.payments.selectors import top_ups as selectors
from apps.payments.services import cancellations, charges, readings

_log = structlog.get_logger(__name__)


def revisit(top_up: UUID, *, by: Actor, at: datetime) -> TopUp:
    """Find out what became of an open top-up: its call, a reading, a search, or its call again.

    Raises: partner_unavailable when it certainly was not done and is to be tried again.
    """
    row = selectors.by_id(top_up)
    charge = attempt_reads.latest(row.ref, operation=CHARGE)
    if row.status not in OPEN or charge is None:
        return row
    if charge.outcome is None:
        return charges.call(top_up, by=by, at=at)
    payment = row.partner_ref or charge.partner_ref
    if payment:
        read = readings.read(top_up, payment=payment, by=by, at=at).top_up
        return cancellations.expire(top_up, by=by, at=at) if read.status == TopUpStatus.REQUIRES_ACTION else read
    found = readings.search(top_up, by=by, at=at)
    if not isinstance(found.outcome, Rejected) or not _prepared_again(top_up, at, by=by):
        return found.top_up
    return charges.call(top_up, by=by, at=at)


def _prepared_again(top_up: UUID, at: datetime, *, by: Actor) -> bool:
    """Prepare the same call again while the partner surely knows its key; tell whether that was done."""
    with db.unit(by=by, at=at, why="resend"):
        (held,) = db.lock(TopUp, top_up)
        charge = attempt_reads.latest(held.ref, operation=CHARGE)
        if held.status != TopUpStatus.UNKNOWN or charge is None or charge.outcome is None:
            return False
        if held.not_before is not None and at < held.not_before:
            return False
        first = attempt_reads.first(held.ref, operation=CHARGE)
        if first is None or at - first.prepared_at > evidence.KEY_KEPT:
            _log.error("payment_unknown_overdue", top_up=held.ref)
            return False
        charges.prepare_again(top_up=held, attempt=charge)
    return True
