"""What waits: queues, a person's own items, and what is wrong with the running system."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from apps.console.enums import Alarm
from apps.core.actors import Actor
from apps.core.selectors import deliveries, job_outcomes, partitions
from apps.core.services import audit_blocks
from apps.workflow import enums, selectors

_UNSEALED_S: Final = 300
_OUTBOX_S: Final = 60
_PARTITION_DAYS: Final = 30
_MINE: Final = 20


@dataclass(frozen=True, slots=True)
class QueueCard:
    """A queue with how much waits in it; `oldest_at` is when the longest waiting item was opened."""

    code: str
    title: Any
    waiting: int
    claimed: int
    late: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something wrong with the running system, with its measure in words of numbers."""

    alarm: Alarm
    figure: str
    jobs: tuple[str, ...] = ()


def queues() -> list[enums.Queue]:
    """Return all queues."""
    return enums.queues()


def cards(queues: Collection[enums.Queue], *, at: datetime) -> list[QueueCard]:
    """Return the figures of queues, in one query."""
    if not queues:
        return []
    figures = selectors.figures(queues=[queue.code for queue in queues], at=at)
    return [
        QueueCard(
            queue.code,
            queue.title,
            waiting=figures[queue.code]["waiting"],
            claimed=figures[queue.code]["claimed"],
            late=figures[queue.code]["late"],
            oldest_at=figures[queue.code]["oldest_at"],
        )
        for queue in queues
    ]


def mine(*, by: Actor) -> list[Any]:
    """Return the items on which a person holds a live lease, the one that ends first at the top."""
    return list(selectors.claimed_by(by.id).order_by("lease_until", "id")[:_MINE])


def notices(*, at: datetime) -> list[Notice]:
    """Return what is wrong with the running system now."""
    return list(_notices(at))


def _notices(at: datetime) -> Iterator[Notice]:
    unsealed, late = audit_blocks.unsealed_age_s(), deliveries.oldest_due_s()
    dead, jobs = deliveries.counts().get("dead", 0), job_outcomes.overdue(at=at)
    days = partitions.days_ahead()
    if unsealed > _UNSEALED_S:
        yield Notice(Alarm.AUDIT_UNSEALED, f"{unsealed:,} s")
    if late > _OUTBOX_S:
        yield Notice(Alarm.OUTBOX_LATE, f"{late:,} s")
    if dead:
        yield Notice(Alarm.DELIVERY_DEAD, f"{dead:,}")
    if jobs:
        yield Notice(Alarm.JOB_OVERDUE, f"{len(jobs)}", tuple(jobs))
    if days < _PARTITION_DAYS:
        yield Notice(Alarm.PARTITIONS_SHORT, f"{days} d")
