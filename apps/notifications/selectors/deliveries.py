"""What waits to be sent."""

from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from apps.notifications.enums import Lane
from apps.notifications.models import Delivery

_DUE: Final = """
SELECT lane FROM unnest(%s::text[]) lane WHERE EXISTS (
  SELECT 1 FROM notifications_delivery d
   WHERE d.lane = lane.lane AND d.state = 'queued' AND d.next_at <= statement_timestamp())
"""


def due_lanes() -> list[Lane]:
    """Return the lanes in which a delivery is due by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [Lane.values])
        return [Lane(lane) for (lane,) in cursor.fetchall()]


def of_recipient(*, owner: str) -> QuerySet[Any]:
    """Return the deliveries to a recipient (typed id), newest first, with their messages; for staff."""
    rows: QuerySet[Any] = Delivery.objects.filter(notification__recipient__owner=owner)
    return rows.select_related("notification").order_by("-id")
