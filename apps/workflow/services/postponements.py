"""Putting work off: skipped for somebody else to take, or asleep until an instant."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from apps.core import db
from apps.core.actors import Actor
from apps.workflow import selectors
from apps.workflow.enums import Happening, WorkItemState
from apps.workflow.errors import LeaseLost, SnoozeInvalid
from apps.workflow.models import WorkItem
from apps.workflow.services import reasons, steps

_LONGEST: Final = timedelta(days=30)


def skip(item: UUID, *, reason: str, by: Actor, at: datetime) -> WorkItem:
    """Give a piece of work back with a reason; the person is not given it again for an hour.

    Order: row, event, audit, topic workflow.work_item.released. Raises: lease_lost, reason_unknown, not_found.
    """
    with db.unit(by=by, at=at, why="skip"):
        held = _mine(item, reason, by)
        return steps.move(item=held, to=WorkItemState.OPEN, happening=Happening.SKIPPED, reason=reason)


def snooze(item: UUID, *, until: datetime, reason: str, by: Actor, at: datetime) -> WorkItem:
    """Put a piece of work to sleep until an instant, at most 30 days ahead; then it waits in its queue again.

    Order: row, event, audit. Raises: lease_lost, reason_unknown, snooze_invalid, not_found.
    """
    if not at < until <= at + _LONGEST:
        raise SnoozeInvalid(until=until, longest_days=_LONGEST.days)
    with db.unit(by=by, at=at, why="snooze"):
        held = _mine(item, reason, by)
        return steps.move(
            item=held,
            to=WorkItemState.SNOOZED,
            happening=Happening.SNOOZED,
            reason=reason,
            until=until,
            snoozed_until=until,
        )


def _mine(item: UUID, reason: str, by: Actor) -> WorkItem:
    """Return the locked item of this person, for a reason that its queue knows."""
    (held,) = db.lock(WorkItem, item)
    if held.claimed_by != by.id:
        raise LeaseLost(item=held.ref)
    reasons.require(action=selectors.queue(held.queue).reasons, code=reason)
    return held
