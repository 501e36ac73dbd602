"""Handing a payment to people: when its ladder has been climbed, or at once where another look cannot help."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from apps.accounts.selectors import customers
from apps.core import audit, db
from apps.core.actors import Actor
from apps.payments.enums import UNKNOWN
from apps.payments.models import TopUp
from apps.payments.selectors import top_ups as selectors
from apps.workflow import selectors as work
from apps.workflow.enums import Severity, WorkItemState
from apps.workflow.services import queues

AT_ONCE: Final = frozenset({"integrity", "several_payments", "not_creditable"})
"""Outcomes that another look does not change."""
_WITHIN: Final = timedelta(hours=24)


def escalate(*, top_up: TopUp) -> None:
    """Put a held payment without an outcome into the queue payments.unknown, once. Works inside an open unit.

    Order: row, audit, work with its topic.
    """
    if top_up.escalated_at is not None:
        return
    at, customer = db.current().at, customers.ref_of(top_up.customer_id)
    top_up.escalated_at = at
    top_up.save()
    audit.record(action="payments.top_up.escalate", subject=top_up, customer=customer)
    if work.live_of(top_up, queue=UNKNOWN.code) is None:
        queues.open_(
            queue=UNKNOWN.code,
            subject=top_up,
            title="Top-up without an outcome",
            customer=customer,
            severity=Severity.HIGH,
            due_at=at + _WITHIN,
        )


def sweep(*, after: timedelta, limit: int, by: Actor, at: datetime) -> int:
    """Hand over what has been without an outcome for longer than `after`; return how many. Order: as `escalate`."""
    with db.unit(by=by, at=at, why="escalate"):
        rows = db.lock(TopUp, *selectors.overdue(since=at - after, limit=limit))
        for row in rows:
            escalate(top_up=row)
    return len(rows)


def withdraw(top_up: UUID, *, by: Actor, at: datetime) -> None:
    """End the work about a payment whose outcome came by itself; who holds it closes it. Order: work."""
    with db.unit(by=by, at=at, why="withdraw"):
        item = work.live_of(TopUp(pk=top_up), queue=UNKNOWN.code)
        if item is not None and item.state != WorkItemState.CLAIMED:
            queues.cancel(item.pk)
