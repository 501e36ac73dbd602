"""What must always hold of inboxes and deliveries: each check returns what breaks it, at most 20."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.db import connection

Check = Callable[[], list[Any]]

_SHOWN: Final = 20

_QUERIES: Final = {
    # Every recipient has an inbox, numbered 1 to n without a gap, and its figures are those of its messages.
    "notifications.inboxes": """
        SELECT r.id::text, h.last_seq, n.last_seq, n.count, h.unread, n.unread
          FROM notifications_recipient r
          LEFT JOIN notifications_inboxhead h ON h.recipient_id = r.id
          LEFT JOIN (SELECT recipient_id, max(seq) AS last_seq, count(*) AS count,
                            count(*) FILTER (WHERE read_at IS NULL) AS unread
                       FROM notifications_notification GROUP BY recipient_id) n ON n.recipient_id = r.id
         WHERE (h.last_seq, h.last_seq, h.unread)
               IS DISTINCT FROM (coalesce(n.last_seq, 0), coalesce(n.count, 0), coalesce(n.unread, 0))""",
    # What was sent was accepted once, what the server refused was refused, and no attempt is of another future.
    "notifications.deliveries": """
        SELECT d.id::text, d.state, d.attempts, a.accepted, a.rejected, a.last
          FROM notifications_delivery d
          LEFT JOIN (SELECT delivery_id, count(*) FILTER (WHERE outcome = 'accepted') AS accepted,
                            count(*) FILTER (WHERE outcome = 'rejected') AS rejected, max(number) AS last
                       FROM notifications_deliveryattempt GROUP BY delivery_id) a ON a.delivery_id = d.id
         WHERE (d.state = 'sent') <> (coalesce(a.accepted, 0) > 0)
            OR (d.reason = 'provider_rejected' AND coalesce(a.rejected, 0) = 0)
            OR coalesce(a.last, 0) > d.attempts""",
}


def checks() -> list[tuple[str, Check]]:
    """Return the name of each invariant and the function that lists what breaks it."""
    return [(name, partial(_rows, query)) for name, query in _QUERIES.items()]


def _rows(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchmany(_SHOWN))
