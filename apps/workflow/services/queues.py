"""Queues of work with leases: no piece is ever given to two people, and nothing is decided without a live lease.

The apps that own the subjects open, require and close; people claim, extend and release.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import models
from django.db.models import F

from apps.core import db
from apps.core.actors import Actor
from apps.core.errors import Stale
from apps.workflow import selectors
from apps.workflow.enums import Happening, Queue, Severity, Topic, WorkItemState
from apps.workflow.errors import FreePickRefused, LeaseLost, TooManyLeases
from apps.workflow.models import WorkItem
from apps.workflow.selectors import DATABASE_TIME
from apps.workflow.services import steps


@dataclass(frozen=True, slots=True)
class Fit:
    """What a person can take: skills, languages, tier; and the customers (typed ids) they must not work on."""

    skills: Collection[str] = ()
    locales: Collection[str] = ()
    tier: int = 0
    avoids: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """What a piece of work needs of a person; empty: nothing."""

    skills: list[str] = field(default_factory=list)
    locales: list[str] = field(default_factory=list)
    tier: int = 0


_NEXT: Final = """
UPDATE workflow_workitem
   SET state = 'claimed', claimed_by = %(me)s, owner_id = %(me)s, lease_until = clock_timestamp() + %(lease)s,
       started_at = coalesce(started_at, %(at)s), claims = claims + 1, version = version + 1
 WHERE id = (SELECT id FROM workflow_workitem i
              WHERE queue = %(queue)s AND state = 'open'
                AND skills <@ %(skills)s::varchar[] AND (locales = '{}' OR locales && %(locales)s::varchar[])
                AND tier <= %(tier)s AND customer_ref <> ALL (%(avoids)s::varchar[])
                AND NOT EXISTS (SELECT 1 FROM workflow_workitemevent e WHERE e.item_id = i.id AND e.kind = 'skipped'
                                   AND e.actor_id = %(me)s AND e.at > %(at)s - interval '1 hour')
                AND (SELECT count(*) FROM workflow_workitem WHERE claimed_by = %(me)s AND queue = %(queue)s
                        AND state = 'claimed' AND lease_until > clock_timestamp()) < %(most)s
              ORDER BY boost DESC, priority DESC, due_at, id
              FOR UPDATE SKIP LOCKED LIMIT 1)
RETURNING *
"""


def open_(
    *,
    queue: str,
    subject: models.Model,
    title: str,
    customer: str = "",
    severity: Severity = Severity.NORMAL,
    priority: int = 0,
    due_at: datetime | None = None,
    statutory: bool = False,
    demand: Demand | None = None,
) -> WorkItem:
    """Put a subject into a queue. Works inside an open unit.

    `title` holds no personal data; `statutory`: the due date is the law's. Order: row, topic workflow.work_item.opened.
    Raises: queue_unknown, already_queued.
    """
    unit, declared, needed = db.current(), selectors.queue(queue), demand or Demand()
    item = WorkItem(
        queue=queue,
        subject_type=subject._meta.label_lower,
        subject_id=selectors.ref_of(subject),
        customer_ref=customer,
        title=title,
        severity=severity,
        priority=priority,
        due_at=due_at,
        statutory=statutory,
        skills=needed.skills,
        locales=needed.locales,
        tier=needed.tier,
        opened_at=unit.at,
    )
    item.save()
    if not declared.is_sealed:
        steps.announce(item=item, topic=Topic.WORK_ITEM_OPENED)
    return item


def claim_next(*, queue: str, fit: Fit | None = None, by: Actor, at: datetime) -> WorkItem | None:
    """Give a person the most urgent piece of a queue that fits them, or None when nothing waits.

    One statement, so that no two people get the same. What the person skipped in the last hour is left to others.
    Order: row, event, audit, topic workflow.work_item.claimed. Raises: queue_unknown, lease_cap_reached.
    """
    declared, suited = selectors.queue(queue), fit or Fit()
    values = {
        "me": by.id,
        "lease": declared.lease,
        "at": at,
        "queue": queue,
        "skills": list(suited.skills),
        "locales": list(suited.locales),
        "tier": suited.tier,
        "avoids": list(suited.avoids),
        "most": declared.most,
    }
    with db.unit(by=by, at=at, why="claim"):
        found: list[WorkItem] = list(WorkItem.objects.raw(_NEXT, values))
        if not found:
            _require_room(declared, by)
            return None
        db.current().take(WorkItem, [found[0].pk])
        steps.tell(item=found[0], happening=Happening.CLAIMED)
        return found[0]


def claim(item: UUID, *, by: Actor, at: datetime) -> WorkItem:
    """Give a person a piece of work that they chose: pickers of the queue, or who had it until the lease ran out.

    Order: row, event, audit, topic workflow.work_item.claimed.
    Raises: free_pick_refused, lease_cap_reached, invalid_state (claimed by another, or done), not_found.
    """
    with db.unit(by=by, at=at, why="claim"):
        (held,) = db.lock(WorkItem, item)
        declared = selectors.queue(held.queue)
        if not by.roles & declared.pickers and held.owner_id != by.id:
            raise FreePickRefused(queue=held.queue)
        if held.state == WorkItemState.CLAIMED and not _is_alive(held):
            steps.move(item=held, to=WorkItemState.OPEN, happening=Happening.HEARTBEAT_LOST, holder=held.claimed_by)
        _require_room(declared, by)
        return steps.move(
            item=held,
            to=WorkItemState.CLAIMED,
            happening=Happening.CLAIMED,
            claimed_by=by.id,
            owner_id=by.id,
            lease_until=DATABASE_TIME + declared.lease,
            started_at=held.started_at or at,
            claims=F("claims") + 1,
        )


def heartbeat(item: UUID, *, by: Actor, at: datetime) -> WorkItem:
    """Extend a person's live lease to a whole one from now. The version stays: what is typed stays valid.

    Raises: lease_lost, not_found.
    """
    with db.unit(by=by, at=at, why="heartbeat"):
        (held,) = db.lock(WorkItem, item)
        _require_lease(held, by)
        WorkItem.objects.filter(pk=held.pk).update(lease_until=DATABASE_TIME + selectors.queue(held.queue).lease)
        held.refresh_from_db()
        return held


def release(item: UUID, *, by: Actor, at: datetime) -> WorkItem:
    """Give a piece of work back to its queue, at its old place.

    Order: row, event, audit, topic workflow.work_item.released. Raises: lease_lost, not_found.
    """
    with db.unit(by=by, at=at, why="release"):
        (held,) = db.lock(WorkItem, item)
        if held.claimed_by != by.id:
            raise LeaseLost(item=held.ref)
        return steps.move(item=held, to=WorkItemState.OPEN, happening=Happening.RELEASED)


def require(item: UUID, *, subject: models.Model, version: int, by: Actor) -> WorkItem:
    """Lock the work about a subject for the person who decides it. Works inside an open unit.

    Called before the subject's own rows are locked; `version` is the item's that the person saw.
    Raises: lease_lost when it is not theirs, or no longer, or about another subject; version_conflict; not_found.
    """
    (held,) = db.lock(WorkItem, item)
    if held.subject_id != selectors.ref_of(subject):
        raise LeaseLost(item=held.ref)
    _require_lease(held, by)
    if held.version != version:
        raise Stale(version=held.version)
    return held


def close(item: UUID, *, outcome: str, reason: str = "") -> WorkItem:
    """Close work that `require` has locked, as decided. Works inside an open unit.

    Order: row, event, audit, topic workflow.work_item.decided. Raises: invalid_state, not_found.
    """
    (held,) = db.lock(WorkItem, item)
    return steps.move(
        item=held,
        to=WorkItemState.DECIDED,
        happening=Happening.DECIDED,
        reason=reason,
        outcome=outcome,
        closed_at=db.current().at,
    )


def cancel(item: UUID, *, reason: str = "") -> WorkItem:
    """End work that waits and that nobody has to do any more. Works inside an open unit.

    Order: row, event, audit, topic workflow.work_item.cancelled.
    Raises: invalid_state for work that somebody holds, or that has ended; not_found.
    """
    (held,) = db.lock(WorkItem, item)
    return steps.move(
        item=held,
        to=WorkItemState.CANCELLED,
        happening=Happening.CANCELLED,
        reason=reason,
        closed_at=db.current().at,
    )


def _require_lease(item: WorkItem, by: Actor) -> None:
    if item.claimed_by != by.id or not _is_alive(item):
        raise LeaseLost(item=item.ref)


def _is_alive(item: WorkItem) -> bool:
    rows = WorkItem.objects.filter(pk=item.pk, state=WorkItemState.CLAIMED, lease_until__gt=DATABASE_TIME)
    return bool(rows.exists())


def _require_room(queue: Queue, by: Actor) -> None:
    """Refuse a claim beyond the cap. Two claims of one person at the same instant may pass it by one."""
    if selectors.claimed_by(by.id).filter(queue=queue.code).count() >= queue.most:
        raise TooManyLeases(queue=queue.code, most=queue.most)
