"""Running what the outbox holds: one delivery per transaction, taken with SKIP LOCKED by any number of runners.

A database handler commits together with its delivery: exactly once. A network handler runs between two transactions
under a lease: at least once, with the delivery's id as its idempotency key.
"""

import random
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import DatabaseError, connection
from django.db.models.functions import Now  # noqa: TID251 - deliveries are due by the database's clock

from apps.core import actors, audit, clock, db, jobs, outbox, redact
from apps.core.actors import Actor
from apps.core.enums import DeliveryState
from apps.core.errors import Conflict, DomainError
from apps.core.models import OutboxDelivery, OutboxMessage
from apps.core.outbox import Handler, News
from apps.core.selectors import deliveries

MAX_ATTEMPTS: Final = 12
_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 3600.0
_SPREAD: Final = 0.2
_LEASE: Final = timedelta(minutes=2)
_BATCH: Final = 500
_BUDGET_S: Final = 30.0
_ERROR_LENGTH: Final = 500

_log = structlog.get_logger(__name__)


class DeliveryNotDead(Conflict):
    """Only a delivery that was given up can be revived."""

    code = "delivery_not_dead"
    title = "Not given up"


@dataclass(frozen=True, slots=True)
class _Taken:
    """A delivery that this runner holds: `state` and `attempts` as it left them in the table."""

    id: UUID
    state: DeliveryState
    attempts: int
    handler: Handler
    news: News

    @property
    def runs(self) -> int:
        """Return the number of this run; a network handler's is counted before it starts."""
        return self.attempts + (self.state == DeliveryState.PENDING)


def drain(*, queue: str, limit: int = _BATCH) -> int:
    """Run what is due on a queue, one transaction each, up to `limit`; return how many deliveries were run.

    A failed handler waits longer each time and is given up after 12 attempts; other handlers of its message go on.
    """
    jobs.waiting_ended(outbox.DISPATCH, to=queue)
    names = [one.name for one in outbox.handlers() if one.queue == queue]
    count, ends = 0, time.monotonic() + _BUDGET_S
    while _run_next(names):
        count += 1
        if count == limit or time.monotonic() > ends:
            jobs.send(outbox.DISPATCH, to=queue, queue=queue)
            break
    return count


def sweep(*, by: Actor, at: datetime) -> list[str]:
    """Give ended leases back and wake the queues with something due, whatever nudge was lost; return the queues."""
    with db.unit(by=by, at=at, why="sweep"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_outboxdelivery SET state = 'pending', lease_until = NULL WHERE id IN (SELECT id "
            "FROM core_outboxdelivery WHERE state = 'running' AND lease_until <= statement_timestamp() "
            "FOR UPDATE SKIP LOCKED)"
        )
    due = deliveries.due_handlers()
    queues = sorted({one.queue for one in outbox.handlers() if one.name in due})
    for queue in queues:
        jobs.send(outbox.DISPATCH, to=queue, queue=queue)
    return queues


def replay(*, handler: str, since: datetime, by: Actor, at: datetime) -> int:
    """Give a handler the messages of its topic since an instant that it has not had; return how many.

    Raises: LookupError for an unknown handler.
    """
    found = outbox.handler(handler)
    if found is None:
        message = f"no outbox handler is called {handler!r}"
        raise LookupError(message)
    with db.unit(by=by, at=at, why="replay"), connection.cursor() as cursor:
        cursor.execute(_REPLAY, [handler, found.topic, since])
        count = int(cursor.rowcount)
        audit.record(action="core.outbox.replay", subject=f"handler:{handler}", data={"since": since, "count": count})
    return count


def revive(*, delivery: UUID, by: Actor, at: datetime) -> None:
    """Give a delivery that was given up its attempts back; it is due at once.

    Raises: not_found, delivery_not_dead.
    """
    with db.unit(by=by, at=at, why="revive"):
        (row,) = db.lock(OutboxDelivery, delivery)
        if row.state != DeliveryState.DEAD:
            raise DeliveryNotDead(state=row.state)
        OutboxDelivery.objects.filter(pk=row.pk).update(
            state=DeliveryState.PENDING, attempts=0, next_at=Now(), last_error=""
        )
        audit.record(action="core.outbox_delivery.revive", subject=row, data={"handler": row.handler})


def _run_next(names: list[str]) -> bool:
    """Run one due delivery, if there is one."""
    at = clock.now()
    taken = None
    with db.unit(by=actors.system("core.outbox.dispatch"), at=at, why="outbox") as unit:
        taken = _take(names, at)
        if taken is None:
            return False
        if taken.handler.kind == "database":
            # What the handler writes is its own doing, not the dispatcher's.
            unit.actor, unit.why = taken.news.by, taken.handler.name
            _run_here(taken)
            return True
        _mark(taken, "state = 'running', attempts = attempts + 1, lease_until = statement_timestamp() + %s", [_LEASE])
        taken = replace(taken, state=DeliveryState.RUNNING, attempts=taken.attempts + 1)
    _run_outside(taken)
    return True


_REPLAY: Final = """
INSERT INTO core_outboxdelivery (id, message_id, handler, subject, state, attempts, last_error)
SELECT uuidv7(), m.id, %s, m.subject, 'pending', 0, '' FROM core_outboxmessage m
 WHERE m.topic = %s AND m.id >= core_uuid_floor(%s) ORDER BY m.id ON CONFLICT (message_id, handler) DO NOTHING
"""
_TAKE: Final = """
SELECT d.id, d.attempts, d.handler, d.message_id FROM core_outboxdelivery d
 WHERE d.state = 'pending' AND d.next_at <= statement_timestamp() AND d.handler = ANY(%s)
   AND NOT (d.handler = ANY(%s) AND EXISTS (
     SELECT 1 FROM core_outboxdelivery e
      WHERE e.handler = d.handler AND e.subject = d.subject AND e.id < d.id AND e.state <> 'done'))
 ORDER BY d.next_at, d.id FOR NO KEY UPDATE SKIP LOCKED LIMIT 1
"""


def _take(names: list[str], at: datetime) -> _Taken | None:
    ordered = [name for name in names if (found := outbox.handler(name)) and found.ordered]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [names, ordered])
        row = cursor.fetchone()
    if row is None:
        return None
    key, attempts, name, message_id = row
    db.current().take(OutboxDelivery, [key])
    handler = outbox.handler(name)
    assert handler is not None  # noqa: S101 - the statement asks for registered names alone
    message = OutboxMessage.objects.get(pk=message_id)
    news = News(
        delivery=key,
        topic=message.topic,
        subject=message.subject,
        customer_ref=message.customer_ref,
        data=message.data,
        published_at=message.at,
        by=actors.system(name, door="receiver", request_id=message.request_id),
        at=at,
    )
    return _Taken(id=key, state=DeliveryState.PENDING, attempts=attempts, handler=handler, news=news)


def _run_here(taken: _Taken) -> None:
    try:
        with db.savepoint():
            taken.handler.run(taken.news)
            # What the database checks at commit must fail the handler, not the dispatcher.
            connection.check_constraints()
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, its delivery waits and the others go on
        _failed(taken, error)
    else:
        _done(taken)


def _run_outside(taken: _Taken) -> None:
    failure: Exception | None = None
    try:
        taken.handler.run(taken.news)
    except Exception as error:  # noqa: BLE001 - as above
        failure = error
    with db.unit(by=taken.news.by, at=clock.now(), why=taken.handler.name):
        if failure is None:
            _done(taken)
        else:
            _failed(taken, failure)


def _done(taken: _Taken) -> None:
    _mark(
        taken,
        "state = 'done', attempts = %s, done_at = statement_timestamp(), lease_until = NULL, last_error = ''",
        [taken.runs],
    )


def _failed(taken: _Taken, error: Exception) -> None:
    dead = taken.runs >= MAX_ATTEMPTS
    wait = min(_FIRST_WAIT_S * 2 ** (taken.runs - 1), _LONGEST_WAIT_S)
    wait *= 1 + random.uniform(-_SPREAD, _SPREAD)  # noqa: S311 - spreads waits, guards nothing
    state = DeliveryState.DEAD if dead else DeliveryState.PENDING
    _mark(
        taken,
        "state = %s, attempts = %s, next_at = statement_timestamp() + %s, lease_until = NULL, last_error = %s",
        [state.value, taken.runs, timedelta(seconds=wait), _told(error)],
    )
    (_log.error if dead else _log.warning)(
        "outbox_delivery_dead" if dead else "outbox_delivery_failed",
        delivery=str(taken.id),
        handler=taken.handler.name,
        attempts=taken.runs,
        error=_told(error),
        exc_info=None if isinstance(error, DomainError) else error,
    )


def _told(error: Exception) -> str:
    """Return what is kept of an error: no values of rows, which a database's message may show."""
    if isinstance(error, DatabaseError):
        return f"{type(error).__name__}: {getattr(error.__cause__, 'sqlstate', None) or 'no state'}"
    return f"{type(error).__name__}: {redact.text(str(error))}"[:_ERROR_LENGTH]


def _mark(taken: _Taken, assignments: str, params: list[Any]) -> None:
    """Write the outcome, unless the lease ended and another runner has the delivery."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE core_outboxdelivery SET {assignments} WHERE id = %s AND state = %s AND attempts = %s",  # noqa: S608
            [*params, taken.id, taken.state.value, taken.attempts],
        )
        if cursor.rowcount == 0:
            _log.warning("outbox_lease_lost", delivery=str(taken.id), handler=taken.handler.name)
