"""Words of workflow: states of work, what happens to it, queues, topics, permissions."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db.models import IntegerChoices, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class WorkItemState(TextChoices):
    """The life of a piece of work. Claimed: somebody holds a lease on it."""

    OPEN = "open", _("Open")
    CLAIMED = "claimed", _("Claimed")
    SNOOZED = "snoozed", _("Snoozed")
    DECIDED = "decided", _("Decided")
    CANCELLED = "cancelled", _("Cancelled")

    @classmethod
    def moves(cls) -> dict["WorkItemState", tuple["WorkItemState", ...]]:
        """Return what may follow what."""
        return {
            cls.OPEN: (cls.CLAIMED, cls.CANCELLED),
            cls.CLAIMED: (cls.OPEN, cls.SNOOZED, cls.DECIDED),
            cls.SNOOZED: (cls.OPEN, cls.CANCELLED),
            cls.DECIDED: (),
            cls.CANCELLED: (),
        }


LIVE_STATES: Final = (WorkItemState.OPEN, WorkItemState.CLAIMED, WorkItemState.SNOOZED)
"""States of work that still waits for somebody."""


class Happening(TextChoices):
    """What happens to a piece of work."""

    CLAIMED = "claimed", _("Claimed")
    HEARTBEAT_LOST = "heartbeat_lost", _("Lease ran out")
    RELEASED = "released", _("Released")
    SKIPPED = "skipped", _("Skipped")
    SNOOZED = "snoozed", _("Snoozed")
    WOKEN = "woken", _("Snooze ended")
    DECIDED = "decided", _("Decided")
    CANCELLED = "cancelled", _("Cancelled")


class Severity(IntegerChoices):
    """How much depends on a piece of work; statutory clocks are apart from it."""

    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    CRITICAL = 4, _("Critical")


class Topic(TextChoices):
    """News of work; there is none of a sealed queue."""

    WORK_ITEM_OPENED = "workflow.work_item.opened"
    WORK_ITEM_CLAIMED = "workflow.work_item.claimed"
    WORK_ITEM_RELEASED = "workflow.work_item.released"
    WORK_ITEM_DECIDED = "workflow.work_item.decided"
    WORK_ITEM_CANCELLED = "workflow.work_item.cancelled"


class Permission(TextChoices):
    """What staff may do with work and its words."""

    WORK_ITEM_CLAIM = "workflow.work_item.claim"
    WORK_ITEM_ASSIGN = "workflow.work_item.assign"
    REASON_CODE_MANAGE = "workflow.reason_code.manage"


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of work, declared in `enums.py` of the app that owns the subjects.

    `code` is `<app>.<queue>`; `permission` what a person must hold to work on it; `lease` how long a claim lasts
    without a heartbeat; `most` how many live claims a person may have; `pickers` the roles that may choose an item
    instead of taking the next; `reasons` the dictionary of reasons to skip or snooze; `is_sealed` one of which nothing
    is published.
    """

    code: str
    title: Promise
    permission: str
    lease: timedelta = timedelta(minutes=15)
    most: int = 3
    pickers: frozenset[str] = field(default_factory=frozenset)
    reasons: str = "workflow.work_item.skip"
    is_sealed: bool = False

    def __post_init__(self) -> None:
        if _queues.setdefault(self.code, self) != self:
            message = f"two queues are called {self.code!r}"
            raise ValueError(message)


_queues: Final[dict[str, Queue]] = {}

HEARTBEAT: Final = timedelta(seconds=60)
"""How often a page that is open extends its lease."""


def queue(code: str) -> Queue | None:
    """Return a declared queue."""
    return _queues.get(code)


def queues() -> list[Queue]:
    """Return all declared queues by code."""
    return [_queues[code] for code in sorted(_queues)]
