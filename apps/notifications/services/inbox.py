"""Marking messages as read, by their own recipient only."""

from datetime import datetime
from uuid import UUID

from apps.core import db
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.notifications.models import InboxHead, Notification
from apps.notifications.selectors import inbox
from apps.notifications.selectors.inbox import Count, Item


def read(*, notification: UUID, by: Actor, at: datetime) -> Item:
    """Mark one message of the caller's as read; once read, the mark stays as it is. Raises: not_found."""
    with db.unit(by=by, at=at, why="read"):
        head = _own_head(by)
        _mark(head, at, id=notification)
        return inbox.item_for(by=by, notification=notification)


def read_all(*, up_to: UUID, by: Actor, at: datetime) -> Count:
    """Mark a message of the caller's and all older ones as read: what arrived after it stays. Raises: not_found."""
    with db.unit(by=by, at=at, why="read all"):
        head = _own_head(by)
        newest = inbox.item_for(by=by, notification=up_to)
        _mark(head, at, seq__lte=newest.seq)
        return Count(unread=head.unread, last_seq=head.last_seq)


def _own_head(by: Actor) -> InboxHead:
    """Lock the caller's inbox: its figure and its marks change together."""
    key = InboxHead.objects.filter(recipient__owner=by.id).values_list("pk", flat=True).first()
    if key is None:
        raise NotFound
    (head,) = db.lock(InboxHead, key)
    return head


def _mark(head: InboxHead, at: datetime, **which: object) -> None:
    unread = Notification.objects.filter(recipient=head.recipient_id, read_at__isnull=True, **which)
    count = unread.update(read_at=at)
    if count:
        head.unread -= count
        head.save()
