"""What time does to work: leases run out, snoozes end, due dates pass."""

from datetime import datetime
from typing import Any, Final

from django.db import connection

from apps.core import db
from apps.core.actors import Actor
from apps.workflow import selectors
from apps.workflow.enums import Happening
from apps.workflow.models import WorkItem
from apps.workflow.services import steps

_BATCH: Final = 500
_BREACH: Final = 100
"""What a passed due date adds to the boost, once: breaches come first in every queue."""

_RETURN: Final = """
UPDATE workflow_workitem
   SET state = 'open', claimed_by = '', lease_until = NULL, version = version + 1
 WHERE id IN (SELECT id FROM workflow_workitem WHERE state = 'claimed' AND lease_until <= clock_timestamp()
               ORDER BY id FOR UPDATE SKIP LOCKED LIMIT %s)
RETURNING id, old.claimed_by
"""
_EXTEND: Final = """
UPDATE workflow_workitem SET lease_until = clock_timestamp() + %s
 WHERE id IN (SELECT id FROM workflow_workitem
               WHERE claimed_by = %s AND queue = %s AND state = 'claimed' AND lease_until > clock_timestamp()
               ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
"""
_WAKE: Final = """
UPDATE workflow_workitem
   SET state = 'open', snoozed_until = NULL, version = version + 1
 WHERE id IN (SELECT id FROM workflow_workitem WHERE state = 'snoozed' AND snoozed_until <= %s
               ORDER BY id FOR UPDATE SKIP LOCKED LIMIT %s)
RETURNING id, ''
"""
_RAISE: Final = """
UPDATE workflow_workitem SET boost = boost + %s
 WHERE id IN (SELECT id FROM workflow_workitem WHERE state = 'open' AND due_at < %s AND boost < %s
               ORDER BY id FOR UPDATE SKIP LOCKED LIMIT %s)
"""


def extend(*, queue: str, by: Actor, at: datetime) -> int:
    """Extend all live leases of a person in one queue to whole ones from now; return how many. Raises: queue_unknown.

    Versions stay, and what another call is changing is left to it. For work that lasts as long as somebody is there.
    """
    values: list[Any] = [selectors.queue(queue).lease, by.id, queue]
    with db.unit(by=by, at=at, why="extend"), connection.cursor() as cursor:
        cursor.execute(_EXTEND, values)
        return int(cursor.rowcount)


def sweep(*, by: Actor, at: datetime) -> int:
    """Give back what nobody holds any more, wake what slept enough, raise what is late; return how many pieces.

    At most 500 of each in one run; a run that others overtake does no harm.
    Order: rows, and of each given back or woken its event, audit, and topic workflow.work_item.released.
    """
    with db.unit(by=by, at=at, why="sweep"):
        lost = _changed(_RETURN, [_BATCH], Happening.HEARTBEAT_LOST)
        woken = _changed(_WAKE, [at, _BATCH], Happening.WOKEN)
        with connection.cursor() as cursor:
            cursor.execute(_RAISE, [_BREACH, at, _BREACH, _BATCH])
            return lost + woken + int(cursor.rowcount)


def _changed(sql: str, values: list[Any], happening: Happening) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        holders = dict(cursor.fetchall())
    for item in WorkItem.objects.filter(pk__in=holders).order_by("pk"):
        steps.tell(item=item, happening=happening, holder=holders[item.pk])
    return len(holders)
