"""What waits to be sent, and what became of it."""

from typing import Any, Final
from uuid import UUID

from django.db import connection

from apps.notifications.enums import Lane
from apps.notifications.models import Delivery, DeliveryAttempt

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


def of_message(*, notification: UUID) -> list[Any]:
    """Return the deliveries of a message, one a channel."""
    return list(Delivery.objects.filter(notification=notification).order_by("id"))


def attempts_of(*, delivery: UUID) -> list[Any]:
    """Return the attempts at a delivery, first to last."""
    return list(DeliveryAttempt.objects.filter(delivery=delivery).order_by("number"))
