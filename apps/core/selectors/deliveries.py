"""What the outbox still has to do."""

from django.db import connection
from django.db.models import Count, QuerySet

from apps.core.enums import DeliveryState
from apps.core.models import OutboxDelivery


def due_handlers() -> set[str]:
    """Return the names of the handlers with a due delivery."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT handler FROM core_outboxdelivery "
            "WHERE state = 'pending' AND next_at <= statement_timestamp()"
        )
        return {row[0] for row in cursor.fetchall()}


def oldest_due_s() -> int:
    """Return for how many seconds the oldest due delivery has waited; 0 when none waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(extract(epoch FROM statement_timestamp() - min(next_at)), 0)::int "
            "FROM core_outboxdelivery WHERE state = 'pending' AND next_at <= statement_timestamp()"
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def dead() -> QuerySet[OutboxDelivery]:
    """Return the deliveries that were given up, the newest first."""
    found: QuerySet[OutboxDelivery] = OutboxDelivery.objects.filter(state=DeliveryState.DEAD).order_by("-pk")
    return found


def counts() -> dict[str, int]:
    """Return how many deliveries are in each state but done."""
    rows = OutboxDelivery.objects.exclude(state=DeliveryState.DONE).order_by().values_list("state")
    return dict(rows.annotate(number=Count("pk")))
