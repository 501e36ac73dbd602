"""Sending the mails of messages: claimed under a lease, handed over outside any transaction, recorded afterwards.

At least once: a run that is cut off between the two is repeated under the same Message-ID.
"""

import random
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from django.db import connection

from apps.core import db, outbox
from apps.core.actors import Actor
from apps.core.selectors import data_keys
from apps.core.selectors.data_keys import Sealed
from apps.notifications.enums import Lane, Outcome, Reason
from apps.notifications.models import Delivery, DeliveryAttempt
from apps.notifications.selectors import deliveries, kinds
from apps.notifications.selectors.inbox import PARAMS
from apps.notifications.services import mails
from apps.notifications.services.letters import Letter, Post, Verdict
from apps.notifications.services.messages import SEND
from apps.notifications.services.recipients import EMAIL_COLUMN
from apps.notifications.services.rendering import Reader

BATCH: Final = 100
MAX_ATTEMPTS: Final = 12

_LEASE_S: Final = 120
_FIRST_WAIT_S: Final = 30.0
_LONGEST_WAIT_S: Final = 6 * 3600.0
_SPREAD: Final = 0.3
_BUDGET_S: Final = 30.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the mail server said, and how long it took."""

    verdict: Verdict
    latency_ms: int


def send_due(*, lane: Lane, post: Post, site: str, by: Actor, at: datetime) -> int:
    """Send what is due in a lane, one after the other; return how many were taken, `BATCH` if there may be more.

    `post` hands a mail over; `site` is the address of the site. What the mail server puts off is tried again, after
    waits that double up to 6 h, at most 12 times; what it refuses has failed. While it takes nothing, the rest waits.
    """
    ends = time.monotonic() + _BUDGET_S
    for count in range(BATCH):
        with db.unit(by=by, at=at, why="claim"):
            claim = _claimed(lane)
        if claim is None:
            return count
        letter = _letter(claim, site)
        answer = letter if isinstance(letter, Reason) else _answered(letter, post)
        with db.unit(by=by, at=at, why="record"):
            _record(claim, answer)
        if isinstance(answer, _Answer) and answer.verdict.outcome == Outcome.UNAVAILABLE:
            return count + 1
        if time.monotonic() > ends:
            break
    return BATCH


def sweep(*, by: Actor, at: datetime) -> int:
    """Give back deliveries whose lease has ended, and wake the lanes with something due; return how many came back.

    One that was cut off 12 times has failed.
    """
    with db.unit(by=by, at=at, why="sweep"):
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, [MAX_ATTEMPTS, MAX_ATTEMPTS, Reason.PROVIDER_DOWN.value])
            count = int(cursor.rowcount)
        for lane in deliveries.due_lanes():
            outbox.nudge(SEND, queue=lane, once=True, lane=lane.value)
    return count


_GIVE_BACK: Final = """
UPDATE notifications_delivery
   SET state = CASE WHEN attempts < %s THEN 'queued' ELSE 'failed' END,
       reason = CASE WHEN attempts < %s THEN reason ELSE %s END, lease_until = NULL
 WHERE id IN (SELECT id FROM notifications_delivery WHERE state = 'sending' AND lease_until <= statement_timestamp()
                 FOR NO KEY UPDATE SKIP LOCKED)
"""
_CLAIM: Final = """
UPDATE notifications_delivery SET state = 'sending', attempts = attempts + 1,
       lease_until = statement_timestamp() + make_interval(secs => %s)
 WHERE id = (SELECT id FROM notifications_delivery
              WHERE lane = %s AND state = 'queued' AND next_at <= statement_timestamp()
              ORDER BY next_at, id FOR NO KEY UPDATE SKIP LOCKED LIMIT 1)
RETURNING id
"""


def _claimed(lane: Lane) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [_LEASE_S, lane.value])
        row = cursor.fetchone()
    if row is None:
        return None
    db.current().take(Delivery, [row[0]])
    return Delivery.objects.select_related("notification__recipient").get(pk=row[0])


def _letter(claim: Any, site: str) -> Letter | Reason:
    """Return the mail of a delivery, or why there is none."""
    message, recipient = claim.notification, claim.notification.recipient
    if recipient.email_sealed is None:
        return Reason.NO_ADDRESS
    to, params = data_keys.open_all(
        Sealed(recipient.owner, column, value)
        for column, value in ((EMAIL_COLUMN, recipient.email_sealed), (PARAMS, message.params_sealed))
    )
    if to is None or params is None:
        return Reason.RECIPIENT_ERASED
    try:
        kind, reader = kinds.kind_of(message.kind), Reader(recipient.locale, recipient.tz)
        return mails.compose(ref=claim.ref, to=to, kind=kind, params=params, reader=reader, site=site)
    except Exception:  # noqa: BLE001 - whatever a text raises, its delivery has failed and the others go on
        _log.exception("mail_not_rendered", delivery=claim.ref, kind=message.kind)
        return Reason.RENDER_FAILED


def _answered(letter: Letter, post: Post) -> _Answer:
    began = time.monotonic()
    verdict = post(letter)
    return _Answer(verdict, latency_ms=round((time.monotonic() - began) * 1_000))


def _record(claim: Any, answer: _Answer | Reason) -> None:
    if isinstance(answer, Reason):
        _failed(claim, answer)
        return
    verdict = answer.verdict
    _mark_answer(claim, verdict)
    DeliveryAttempt(
        delivery_id=claim.pk,
        number=claim.attempts,
        outcome=verdict.outcome,
        smtp_code=verdict.smtp_code,
        error_class=verdict.error_class,
        latency_ms=answer.latency_ms,
        address_fp=claim.notification.recipient.email_fp,
    ).save()


def _mark_answer(claim: Any, verdict: Verdict) -> None:
    if verdict.outcome == Outcome.ACCEPTED:
        # Also when the lease ended meanwhile: what was sent is not sent again.
        _mark(claim, "state = 'sent', sent_at = statement_timestamp(), reason = NULL", [], is_held=False)
    elif verdict.outcome == Outcome.REJECTED:
        _failed(claim, Reason.PROVIDER_REJECTED)
    elif claim.attempts >= MAX_ATTEMPTS:
        _failed(claim, Reason.PROVIDER_DOWN)
    else:
        wait = min(_FIRST_WAIT_S * 2**claim.attempts, _LONGEST_WAIT_S)
        wait *= 1 + random.uniform(-_SPREAD, _SPREAD)  # noqa: S311 - spreads waits, guards nothing
        words = "state = 'queued', reason = %s, next_at = statement_timestamp() + make_interval(secs => %s)"
        _mark(claim, words, [Reason.PROVIDER_DOWN.value, wait])


def _failed(claim: Any, reason: Reason) -> None:
    if _mark(claim, "state = 'failed', reason = %s", [reason.value]):
        _log.warning("mail_failed", delivery=claim.ref, reason=reason.value, attempts=claim.attempts)


def _mark(claim: Any, assignments: str, params: list[Any], *, is_held: bool = True) -> bool:
    """Write the outcome, unless the lease ended and another run has the delivery; tell whether it was written."""
    db.current().take(Delivery, [claim.pk])
    held = "state = 'sending' AND attempts = %s" if is_held else "state IN ('queued', 'sending') AND attempts >= %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE notifications_delivery SET {assignments}, lease_until = NULL WHERE id = %s AND {held}",  # noqa: S608 - constants of this module
            [*params, claim.pk, claim.attempts],
        )
        is_written: bool = cursor.rowcount == 1
    if not is_written:
        _log.warning("mail_lease_lost", delivery=claim.ref, attempt=claim.attempts)
    return is_written
