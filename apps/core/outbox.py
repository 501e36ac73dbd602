"""Publishing what must follow, and registering who does it.

A message and one delivery per handler are written in the unit of the act; the dispatcher runs them after the commit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.db import models

from apps.core import db, inserts, jobs
from apps.core.actors import Actor
from apps.core.errors import ProgrammingFault
from apps.core.models import OutboxDelivery, OutboxMessage

Kind = Literal["database", "network"]
DISPATCH: Final = "core.outbox.dispatch"


@dataclass(frozen=True, slots=True)
class News:
    """What a handler is told; it reads the rest through selectors.

    `by` and `at` are the actor and instant of this run, for the one service call. `delivery` stays the same when the
    run is repeated: it is the idempotency key of a network handler.
    """

    delivery: UUID
    topic: str
    subject: str
    customer_ref: str
    data: dict[str, Any]
    published_at: datetime
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Handler:
    """Who follows a topic.

    A database handler commits together with its delivery: exactly once. A network one runs outside any transaction: at
    least once. An ordered one waits while an earlier delivery of the same subject is not done.
    """

    name: str
    topic: str
    kind: Kind
    ordered: bool
    queue: str
    run: Callable[[News], None]


_handlers: dict[str, Handler] = {}


def handles(
    topic: str, *, name: str, kind: Kind = "database", ordered: bool = False, queue: str = "default"
) -> Callable[[Callable[[News], None]], Callable[[News], None]]:
    """Register a function as the handler `name` (`app.verb`, never re-used) of a topic; used in `receivers.py` only."""

    def register(function: Callable[[News], None]) -> Callable[[News], None]:
        if name in _handlers and _handlers[name].run is not function:
            message = f"two outbox handlers are called {name!r}"
            raise ProgrammingFault(message)
        _handlers[name] = Handler(name=name, topic=str(topic), kind=kind, ordered=ordered, queue=queue, run=function)
        return function

    return register


def handlers() -> list[Handler]:
    """Return every registered handler."""
    return list(_handlers.values())


def handler(name: str) -> Handler | None:
    """Return a registered handler."""
    return _handlers.get(name)


def publish(
    topic: str, *, subject: models.Model | str, customer: str | None = None, data: dict[str, Any] | None = None
) -> UUID:
    """Write a message and its deliveries with the facts of the unit, and wake the dispatchers once after the commit.

    Returns the id of the message.

    `subject` and `customer` are typed ids (a row stands for its own). `data` holds ids, codes and money as its object;
    no personal data, because messages are kept for ever. Raises: NoUnit.
    """
    unit = db.current()
    by = unit.by
    message = inserts.filled(
        OutboxMessage,
        topic=str(topic),
        subject=subject if isinstance(subject, str) else subject.ref,  # type: ignore[attr-defined]  # our rows have one
        customer_ref=customer or "",
        data=data or {},
        actor_id=by.id,
        request_id=by.via.request_id,
        at=unit.at,
    )
    key: UUID = message["id"]
    unit.add(inserts.part_from(OutboxMessage, message))
    found = [one for one in _handlers.values() if one.topic == message["topic"]]
    for one in found:
        delivery = inserts.filled(OutboxDelivery, message_id=key, handler=one.name, subject=message["subject"])
        unit.add(inserts.part_from(OutboxDelivery, delivery))
    for queue in {one.queue for one in found}:
        _wake(unit, queue)
    return key


def nudge(task: str, *, queue: str, once: bool = False, **ids: str) -> None:
    """Send a task of the caller's own app after the commit of the open unit, whose rows it will find.

    A nudge may be lost, so a timed job looks for the same rows. `once`: see `jobs.send_on_commit`. Raises: NoUnit.
    """
    db.current()
    jobs.send_on_commit(task, to=queue, once=once, **ids)


def entrust(task: str, *, queue: str, text: str, expires_in_s: int) -> None:
    """Send a task with a text that must be in no table, argument or log, after the commit of the open unit.

    See `jobs.entrust_on_commit`. Raises: NoUnit.
    """
    db.current()
    jobs.entrust_on_commit(task, to=queue, text=text, expires_in_s=expires_in_s)


def _wake(unit: db.Unit, queue: str) -> None:
    nudge = f"{DISPATCH}:{queue}"
    if nudge not in unit.nudges:
        unit.nudges.add(nudge)
        jobs.send_on_commit(DISPATCH, to=queue, once=True, queue=queue)
