"""The one way in which a piece of work moves: from the version that was seen, with its event, audit and topic."""

from datetime import datetime
from typing import Any, Final

from django.db.models import F

from apps.core import audit, db, outbox
from apps.core.errors import InvalidState, LostRace
from apps.workflow import enums
from apps.workflow.enums import Happening, Topic, WorkItemState
from apps.workflow.models import WorkItem, WorkItemEvent

_TOPICS: Final = {
    Happening.CLAIMED: Topic.WORK_ITEM_CLAIMED,
    Happening.RELEASED: Topic.WORK_ITEM_RELEASED,
    Happening.SKIPPED: Topic.WORK_ITEM_RELEASED,
    Happening.HEARTBEAT_LOST: Topic.WORK_ITEM_RELEASED,
    Happening.DECIDED: Topic.WORK_ITEM_DECIDED,
    Happening.CANCELLED: Topic.WORK_ITEM_CANCELLED,
}
_FREE: Final[dict[str, Any]] = {"claimed_by": "", "lease_until": None, "snoozed_until": None}


def move(
    *,
    item: WorkItem,
    to: WorkItemState,
    happening: Happening,
    holder: str = "",
    reason: str = "",
    outcome: str = "",
    until: datetime | None = None,
    **columns: Any,
) -> WorkItem:
    """Move a locked piece of work and return it fresh. Works inside an open unit.

    Without other `columns` it belongs to nobody afterwards. Order: row, event, audit, topic.
    Raises: invalid_state, lost_race.
    """
    source = WorkItemState(item.state)
    if to not in WorkItemState.moves()[source]:
        raise InvalidState(id=item.ref, state=source.value, wanted=to.value)
    values = {**_FREE, "outcome": outcome, **columns, "state": to, "version": F("version") + 1}
    if WorkItem.objects.filter(pk=item.pk, version=item.version, state=source).update(**values) != 1:
        raise LostRace
    item.refresh_from_db()
    tell(item=item, happening=happening, holder=holder, reason=reason, outcome=outcome, until=until)
    return item


def tell(
    *,
    item: WorkItem,
    happening: Happening,
    holder: str = "",
    reason: str = "",
    outcome: str = "",
    until: datetime | None = None,
) -> None:
    """Write down what happened to a piece of work. Works inside an open unit.

    `holder` is whose lease it was, when the actor is another. Order: event, audit, topic.
    """
    unit = db.current()
    event = WorkItemEvent(
        item=item,
        kind=happening,
        actor_id=holder or unit.by.id,
        human_id="" if holder else unit.by.human_id,
        reason_code=reason,
        outcome=outcome,
        until=until,
        at=unit.at,
    )
    event.save()
    audit.record(
        action=f"workflow.work_item.{happening.value}",
        subject=item,
        customer=item.customer_ref,
        related=[item.subject_id],
        reason_code=reason,
        data={"queue": item.queue, "outcome": outcome, "holder": holder},
    )
    queue = enums.queue(item.queue)
    if happening in _TOPICS and not (queue and queue.is_sealed):
        announce(item=item, topic=_TOPICS[happening])


def announce(*, item: WorkItem, topic: Topic) -> None:
    """Publish news of a piece of work. Works inside an open unit."""
    data = {"queue": item.queue, "about": item.subject_id, "outcome": item.outcome}
    outbox.publish(topic, subject=item, customer=item.customer_ref, data=data)
