"""Reads of what happened: of one customer, of one actor, by action; and the block that seals an event."""

from uuid import UUID

from django.db.models import QuerySet

from apps.core.models import AuditBlock, AuditEvent


def events(*, customer: str = "", actor: str = "", subject: str = "", action: str = "") -> QuerySet[AuditEvent]:
    """Return events, each condition by its own index; typed ids but for the action. The caller orders by id."""
    wanted = {"customer_ref": customer, "actor_id": actor, "subject": subject, "action": action}
    rows: QuerySet[AuditEvent] = AuditEvent.objects.filter(**{name: word for name, word in wanted.items() if word})
    return rows


def made_since(*, actor: str, action: str, since: UUID) -> int:
    """Return how many events of an action somebody has caused from an id on."""
    return int(AuditEvent.objects.filter(actor_id=actor, action=action, pk__gte=since).count())


def blocks() -> QuerySet[AuditBlock]:
    """Return the blocks of the chain, the newest first."""
    rows: QuerySet[AuditBlock] = AuditBlock.objects.order_by("-seq")
    return rows


def block_of(event: AuditEvent) -> AuditBlock | None:
    """Return the block that seals an event; none while it waits for that."""
    found: AuditBlock | None = AuditBlock.objects.filter(
        epoch=event.epoch, xid_from__lte=event.xid, xid_to__gt=event.xid
    ).first()
    return found
