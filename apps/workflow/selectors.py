"""Reading queues, work and reasons."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.db.models import Count, DateTimeField, Func, Min, Q, QuerySet

from apps.core.errors import NotFound
from apps.workflow import enums
from apps.workflow.enums import LIVE_STATES, Queue, WorkItemState
from apps.workflow.errors import QueueUnknown
from apps.workflow.models import ReasonCode, WorkItem, WorkItemEvent

DATABASE_TIME: Final = Func(function="clock_timestamp", output_field=DateTimeField())
"""Leases count by one clock for all processes; the start of a transaction is too early after a wait for a lock."""

QUEUE_ORDER: Final = ("-boost", "-priority", "due_at", "id")


def queue(code: str) -> Queue:
    """Return a declared queue. Raises: queue_unknown."""
    found = enums.queue(code)
    if found is None:
        raise QueueUnknown(queue=code)
    return found


def item(key: UUID, *, queues: Collection[str]) -> WorkItem:
    """Return a piece of work of one of these queues. Raises: not_found for any other."""
    found: WorkItem | None = WorkItem.objects.filter(pk=key, queue__in=queues).first()
    if found is None:
        raise NotFound(item=WorkItem.ref_of(key))
    return found


def items(*, queue: str, states: Collection[str] = LIVE_STATES) -> QuerySet[WorkItem]:
    """Return the work of a queue in some states."""
    rows: QuerySet[WorkItem] = WorkItem.objects.filter(queue=queue, state__in=states)
    return rows


def place(item: WorkItem) -> int | None:
    """Return the place of a piece of work in its queue, 1 for the next one; None when it does not wait."""
    if item.state != WorkItemState.OPEN:
        return None
    sooner, same = Q(), Q()
    for column in QUEUE_ORDER:
        name = column.removeprefix("-")
        value, side = getattr(item, name), "lt" if name == column else "gt"
        # What has no due date comes last.
        sooner |= same & (Q(**{f"{name}__isnull": False}) if value is None else Q(**{f"{name}__{side}": value}))
        same &= Q(**{name: value})
    return 1 + items(queue=item.queue, states=(WorkItemState.OPEN,)).filter(sooner).count()


def live_of(subject: models.Model, *, queue: str) -> WorkItem | None:
    """Return the work that waits, or is being done, about a subject."""
    found: WorkItem | None = WorkItem.objects.filter(
        queue=queue, subject_id=ref_of(subject), state__in=LIVE_STATES
    ).first()
    return found


def about(customer: str) -> QuerySet[WorkItem]:
    """Return the work that waits, or is being done, about a customer (typed id), the oldest first."""
    rows: QuerySet[WorkItem] = WorkItem.objects.filter(customer_ref=customer, state__in=LIVE_STATES).order_by("id")
    return rows


def claimed_by(person: str) -> QuerySet[WorkItem]:
    """Return the work on which a person (typed id) holds a live lease."""
    rows: QuerySet[WorkItem] = WorkItem.objects.filter(
        claimed_by=person, state=WorkItemState.CLAIMED, lease_until__gt=DATABASE_TIME
    )
    return rows


def events(key: UUID) -> QuerySet[WorkItemEvent]:
    """Return what happened to a piece of work, oldest first."""
    rows: QuerySet[WorkItemEvent] = WorkItemEvent.objects.filter(item_id=key).order_by("id")
    return rows


def figures(*, queues: Collection[str], at: datetime) -> dict[str, dict[str, Any]]:
    """Return of each queue how much waits, is claimed, is late at `at`, and since when the oldest waits."""
    rows = (
        WorkItem.objects.filter(queue__in=queues, state__in=LIVE_STATES)
        .values("queue")
        .annotate(
            waiting=Count("pk", filter=Q(state=WorkItemState.OPEN)),
            claimed=Count("pk", filter=Q(state=WorkItemState.CLAIMED)),
            snoozed=Count("pk", filter=Q(state=WorkItemState.SNOOZED)),
            late=Count("pk", filter=Q(due_at__lt=at)),
            oldest_at=Min("opened_at", filter=Q(state=WorkItemState.OPEN)),
        )
    )
    none = {"waiting": 0, "claimed": 0, "snoozed": 0, "late": 0, "oldest_at": None}
    return dict.fromkeys(queues, none) | {row.pop("queue"): row for row in rows}


def reasons(action: str) -> QuerySet[ReasonCode]:
    """Return the reasons that may be given for an action now."""
    rows: QuerySet[ReasonCode] = ReasonCode.objects.filter(action=action, retired_at__isnull=True).order_by(
        "label", "id"
    )
    return rows


def reasons_of(actions: Collection[str]) -> QuerySet[ReasonCode]:
    """Return the reasons that may be given for some actions now."""
    rows: QuerySet[ReasonCode] = ReasonCode.objects.filter(action__in=actions, retired_at__isnull=True).order_by(
        "action", "label", "id"
    )
    return rows


def ref_of(subject: models.Model) -> str:
    """Return the typed id of a row of any app."""
    return str(subject.ref)  # type: ignore[attr-defined]  # every row of ours has one
