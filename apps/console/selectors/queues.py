"""Queues and work as one member of staff may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise

from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.workflow import enums, selectors
from apps.workflow.enums import Queue, WorkItemState


class Person(Protocol):
    """Who holds permission codes."""

    def has_perm(self, _perm: str, /) -> bool:
        """Return whether the person holds a code."""
        ...


@dataclass(frozen=True, slots=True)
class Card:
    """A queue with how much waits in it; `oldest_at` is since when the oldest waits."""

    code: str
    title: str | Promise
    waiting: int
    claimed: int
    snoozed: int
    late: int
    oldest_at: datetime | None


def of_person(person: Person) -> list[Queue]:
    """Return the queues that somebody works on, by code."""
    return [queue for queue in enums.queues() if person.has_perm(queue.permission)]


def one_of(queues: Collection[Queue], code: str) -> Queue:
    """Return the queue of this code. Raises: not_found, also for a queue that somebody else works on."""
    for queue in queues:
        if queue.code == code:
            return queue
    raise NotFound(queue=code)


def cards(queues: Collection[Queue], *, at: datetime) -> list[Card]:
    """Return the figures of queues, in one query."""
    figures = selectors.figures(queues=[queue.code for queue in queues], at=at)
    return [Card(queue.code, queue.title, **figures[queue.code]) for queue in queues]


def items(queue: Queue) -> QuerySet[Any]:
    """Return the work of a queue that is not done."""
    return selectors.items(queue=queue.code)


def waiting(queue: Queue) -> QuerySet[Any]:
    """Return the work of a queue that waits, in the order in which it is taken."""
    return selectors.items(queue=queue.code, states=(WorkItemState.OPEN,)).order_by(*selectors.QUEUE_ORDER)


def held(queue: Queue) -> QuerySet[Any]:
    """Return the work of a queue that somebody does now, the lease that ends first at the top."""
    return selectors.items(queue=queue.code, states=(WorkItemState.CLAIMED,)).order_by("lease_until", "id")


def mine(by: Actor) -> QuerySet[Any]:
    """Return the work on which the caller holds a live lease."""
    return selectors.claimed_by(by.id)


def item(key: UUID, *, queues: Collection[Queue]) -> Any:
    """Return a piece of work of one of these queues. Raises: not_found for any other."""
    return selectors.item(key, queues=[queue.code for queue in queues])


def events(key: UUID) -> QuerySet[Any]:
    """Return what happened to a piece of work."""
    return selectors.events(key)
