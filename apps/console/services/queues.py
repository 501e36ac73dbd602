"""Taking, holding and giving back work; nobody is given work about themselves."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.accounts.selectors import customers
from apps.console.errors import OwnWork
from apps.core.actors import Actor
from apps.workflow.services import postponements, queues
from apps.workflow.services.queues import Fit


def claim_next(*, queue: str, by: Actor, at: datetime) -> Any:
    """Give a person the most urgent piece of a queue that is not about themselves, or None when nothing waits.

    Raises: queue_unknown, lease_cap_reached.
    """
    return queues.claim_next(queue=queue, fit=Fit(avoids=customers.own_refs(by)), by=by, at=at)


def claim(item: UUID, *, customer: str, by: Actor, at: datetime) -> Any:
    """Give a person a piece of work that they chose, about this customer.

    Raises: own_work, free_pick_refused, lease_cap_reached, invalid_state, not_found.
    """
    if customer in customers.own_refs(by):
        raise OwnWork
    return queues.claim(item, by=by, at=at)


def heartbeat(item: UUID, *, by: Actor, at: datetime) -> Any:
    """Extend a person's live lease. Raises: lease_lost, not_found."""
    return queues.heartbeat(item, by=by, at=at)


def release(item: UUID, *, by: Actor, at: datetime) -> Any:
    """Give a piece of work back. Raises: lease_lost, not_found."""
    return queues.release(item, by=by, at=at)


def skip(item: UUID, *, reason: str, by: Actor, at: datetime) -> Any:
    """Give a piece of work back with a reason. Raises: lease_lost, reason_unknown, not_found."""
    return postponements.skip(item, reason=reason, by=by, at=at)


def snooze(item: UUID, *, until: datetime, reason: str, by: Actor, at: datetime) -> Any:
    """Put a piece of work off. Raises: lease_lost, reason_unknown, snooze_invalid, not_found."""
    return postponements.snooze(item, until=until, reason=reason, by=by, at=at)
