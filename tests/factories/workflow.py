"""Boring rows of workflow, made by its services; call them inside an open unit."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.core import audit, db, ids
from apps.core.actors import Actor
from apps.core.models import AuditEvent
from apps.workflow.enums import Happening, Queue
from apps.workflow.models import ReasonCode, WorkItem, WorkItemEvent
from apps.workflow.services import queues, reasons, steps

QUEUE: Final = Queue(
    code="tests.work", title=_("Work of the tests"), permission="tests.work.do", pickers=frozenset({"lead"})
)
SHORT: Final = Queue(
    code="tests.short", title=_("Short leases"), permission="tests.work.do", lease=timedelta(seconds=1)
)
SEALED: Final = Queue(code="tests.sealed", title=_("Sealed"), permission="tests.work.do", is_sealed=True)


def person(name: str = "", *roles: str) -> Actor:
    """Return a member of staff, another one each time unless named."""
    key = name or ids.encode("usr", ids.new())
    return Actor(kind="staff", id=key, human_id=f"human-{key}", roles=frozenset(roles))


def own_queue(**more: Any) -> Queue:
    """Return a queue in which nothing of another test waits."""
    return Queue(code=f"tests.{ids.new().hex}", title=QUEUE.title, permission=QUEUE.permission, **more)


def nowhere() -> UUID:
    """Return the id of nothing."""
    return ids.new()


def thing() -> AuditEvent:
    """Return a row that work can be about."""
    event = audit.record(action="tests.thing.make", subject="tests")
    db.current().flush()
    return AuditEvent.objects.get(pk=event)


def work_item(queue: Queue = QUEUE, subject: Any = None, **columns: Any) -> WorkItem:
    """Return a piece of work about something that nobody else works on."""
    return queues.open_(queue=queue.code, subject=subject or thing(), title="Do this", **columns)


def work_item_event() -> WorkItemEvent:
    """Return what happened to a piece of work."""
    item = work_item()
    steps.tell(item=item, happening=Happening.RELEASED)
    event: WorkItemEvent = WorkItemEvent.objects.get(item=item)
    return event


def reason_code() -> ReasonCode:
    """Return a reason of the dictionary that is loaded for skips."""
    return reasons.require(action="workflow.work_item.skip", code="language")
