"""What is wrong with the running system."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from apps.console.enums import Alarm
from apps.core.selectors import deliveries, job_outcomes, partitions
from apps.core.services import audit_blocks
from apps.ledger.selectors import chain

_UNSEALED_S: Final = 300
_OUTBOX_S: Final = 60
_LEDGER_S: Final = 60
_PARTITION_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Notice:
    """Something wrong with the running system, with its measure in words of numbers."""

    alarm: Alarm
    figure: str
    jobs: tuple[str, ...] = ()


def notices(*, at: datetime) -> list[Notice]:
    """Return what is wrong with the running system now."""
    return list(_notices(at))


def _notices(at: datetime) -> Iterator[Notice]:
    unsealed, late = audit_blocks.unsealed_age_s(), deliveries.oldest_due_s()
    dead, jobs = deliveries.counts().get("dead", 0), job_outcomes.overdue(at=at)
    days, following = partitions.days_ahead(), chain.waiting().age_s
    if unsealed > _UNSEALED_S:
        yield Notice(Alarm.AUDIT_UNSEALED, f"{unsealed:,} s")
    if following > _LEDGER_S:
        yield Notice(Alarm.LEDGER_UNSEALED, f"{following:,} s")
    if late > _OUTBOX_S:
        yield Notice(Alarm.OUTBOX_LATE, f"{late:,} s")
    if dead:
        yield Notice(Alarm.DELIVERY_DEAD, f"{dead:,}")
    if jobs:
        yield Notice(Alarm.JOB_OVERDUE, f"{len(jobs)}", tuple(jobs))
    if days < _PARTITION_DAYS:
        yield Notice(Alarm.PARTITIONS_SHORT, f"{days} d")
