"""Reads of partners' events."""

from typing import Final
from uuid import UUID

from apps.payments.models import WebhookInbox

BODY: Final = "payments.WebhookInbox.body_sealed"


def owner(partner: str) -> str:
    """Return whose data key seals a partner's events."""
    return f"partner:{partner}"


def by_id(inbox: UUID) -> WebhookInbox:
    """Return an event."""
    found: WebhookInbox = WebhookInbox.objects.get(pk=inbox)
    return found


def of_event(*, partner: str, environment: str, event_id: str) -> WebhookInbox | None:
    """Return an event by the partner's id of it."""
    found: WebhookInbox | None = WebhookInbox.objects.filter(
        partner=partner, environment=environment, event_id=event_id
    ).first()
    return found
