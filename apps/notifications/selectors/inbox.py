"""Reading an inbox: its own recipient's rows only, newest first, with the texts opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.selectors import data_keys
from apps.core.selectors.data_keys import Sealed
from apps.notifications.enums import InboxState
from apps.notifications.models import InboxHead, Notification

TITLE: Final = "notifications.Notification.title"
BODY: Final = "notifications.Notification.body"
PARAMS: Final = "notifications.Notification.params"


@dataclass(frozen=True, slots=True)
class Item:
    """One message as its recipient sees it; empty texts after an erasure."""

    id: UUID
    seq: int
    kind: str
    subject: str
    title: str
    body: str
    created_at: datetime
    read_at: datetime | None

    @property
    def ref(self) -> str:
        """Return the typed id."""
        return Notification.ref_of(self.id)


@dataclass(frozen=True, slots=True)
class Count:
    """How much of an inbox is unread, and the number of its newest message."""

    unread: int
    last_seq: int


def messages_for(*, by: Actor, after_seq: int | None = None, state: str | None = None) -> QuerySet[Any]:
    """Return the caller's messages, those after a number or in one state where asked."""
    rows: QuerySet[Any] = Notification.objects.filter(recipient__owner=by.id).select_related("recipient")
    if after_seq is not None:
        rows = rows.filter(seq__gt=after_seq)
    if state is not None:
        rows = rows.filter(read_at__isnull=state == InboxState.UNREAD)
    return rows


def opened(*, rows: Sequence[Any]) -> list[Item]:
    """Return these messages with their texts, with one query for all of them."""
    places = [(TITLE, row.title_sealed) for row in rows] + [(BODY, row.body_sealed) for row in rows]
    owners = [row.recipient.owner for row in rows] * 2
    texts = data_keys.open_all(
        Sealed(owner, column, value) for owner, (column, value) in zip(owners, places, strict=True)
    )
    return [
        Item(
            id=row.pk,
            seq=row.seq,
            kind=row.kind,
            subject=row.subject,
            title=title or "",
            body=body or "",
            created_at=row.created_at,
            read_at=row.read_at,
        )
        for row, title, body in zip(rows, texts[: len(rows)], texts[len(rows) :], strict=True)
    ]


def item_for(*, by: Actor, notification: UUID) -> Item:
    """Return one message of the caller's. Raises: not_found."""
    row = messages_for(by=by).filter(pk=notification).first()
    if row is None:
        raise NotFound
    return opened(rows=[row])[0]


def count_for(*, by: Actor) -> Count:
    """Return the caller's figures; nothing for somebody who was never told anything."""
    head = InboxHead.objects.filter(recipient__owner=by.id).first()
    return Count(unread=head.unread, last_seq=head.last_seq) if head else Count(unread=0, last_seq=0)
