"""The one place that calls partners: an attempt is claimed, the call made outside any transaction, and handed back."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db.models import Value
from django.db.models.functions import Now  # noqa: TID251 - leases run by the database's clock

from apps.core import db
from apps.core.actors import Actor
from apps.core.errors import NetworkInTransaction
from apps.partners.models import Attempt
from apps.partners.outcomes import Reply, Unknown, Wire
from apps.partners.selectors import attempts as selectors
from apps.partners.services.attempts import Called

LEASE: Final = timedelta(seconds=90)
"""Longer than any call may take, so that a lease that ended means a worker that died."""
_log = structlog.get_logger(__name__)


def perform(
    attempt: UUID, *, send: Callable[[Attempt], Reply], lease: timedelta = LEASE, by: Actor, at: datetime
) -> Called | None:
    """Claim a prepared call and make it, once; the caller records what is returned by `attempts.finish`.

    Returns None when the call is finished or another worker is making it. A call whose worker died between sending and
    recording is not sent again: it is `Unknown("worker_lost")`. What an adapter raises is `Unknown("adapter_error")`,
    because the call may have left.
    Raises: NetworkInTransaction inside a unit.
    """
    if db.is_open():
        message = "publish a topic and call the partner when the unit is over"
        raise NetworkInTransaction(message)
    with db.unit(by=by, at=at, why="claim"):
        is_mine = _claim(attempt, lease)
    row = selectors.by_id(attempt)
    if not is_mine:
        return None if selectors.is_under_way(row) or row.outcome else _lost(row, at)
    began = time.monotonic()
    reply = _sent(row, send)
    return Called(row, reply.outcome, reply.wire, at + timedelta(seconds=time.monotonic() - began))


def _claim(attempt: UUID, lease: timedelta) -> bool:
    db.current().take(Attempt, [attempt])
    open_ = Attempt.objects.filter(pk=attempt, claimed_at__isnull=True, outcome__isnull=True)
    claimed: int = open_.update(claimed_at=db.current().at, lease_until=Now() + Value(lease))
    return claimed == 1


def _sent(row: Attempt, send: Callable[[Attempt], Reply]) -> Reply:
    try:
        return send(row)
    except Exception as error:  # noqa: BLE001 - whatever it is, the call may have left
        _log.error("adapter_error", attempt=row.ref, operation=row.operation, exc_info=error)
        return Reply(Unknown("adapter_error"))


def _lost(row: Attempt, at: datetime) -> Called:
    _log.error("attempt_worker_lost", attempt=row.ref, operation=row.operation)
    return Called(row, Unknown("worker_lost"), Wire(), at)
