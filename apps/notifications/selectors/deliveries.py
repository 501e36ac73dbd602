"""What waits to be sent."""

from typing import Final

from django.db import connection

from apps.notifications.enums import Lane

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
