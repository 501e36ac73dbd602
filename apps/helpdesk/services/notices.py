"""Telling customers that they were answered, never what was said: that is read where they sign in."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from apps.accounts.selectors import customers
from apps.core import audit, db, ids, live, outbox
from apps.core.actors import Actor
from apps.helpdesk.enums import UNREAD_AFTER, Topic
from apps.helpdesk.models import Participant
from apps.helpdesk.selectors import chats, tickets, unread
from apps.notifications.services import messages

ANSWERED: Final = "helpdesk.ticket_answered"
RESOLVED: Final = "helpdesk.ticket_resolved"
UNREAD: Final = "helpdesk.chat_left_unread"

_DOOR: Final = "support"
_BATCH: Final = 200


def tell_answered(ticket: UUID, *, seq: int, by: Actor, at: datetime) -> None:
    """Tell a customer that the message `seq` in a ticket of theirs answers them. Order: message.

    Raises: not_found, recipient_unknown.
    """
    with db.unit(by=by, at=at, why="tell"):
        row = tickets.by_id(ticket)
        _tell(row.requester_id, ANSWERED, row.ref, {"number": str(row)}, f"{row.ref}:{seq}")


def tell_resolved(ticket: UUID, *, by: Actor, at: datetime) -> None:
    """Tell a customer that a ticket of theirs was resolved, unless an answer has told them at the same moment.

    Order: message. Raises: not_found, recipient_unknown.
    """
    with db.unit(by=by, at=at, why="tell"):
        row = tickets.by_id(ticket)
        if row.resolved_at is not None and tickets.answered_at(row) != row.resolved_at:
            _tell(row.requester_id, RESOLVED, row.ref, {"number": str(row)}, f"{row.ref}:resolved:{row.reopened_count}")


def tell_unread(chat: UUID, *, seq: int, by: Actor, at: datetime) -> None:
    """Tell a customer that the message `seq` of a chat of theirs waits for them. Order: message.

    Raises: not_found, recipient_unknown.
    """
    with db.unit(by=by, at=at, why="tell"):
        row = chats.by_id(chat)
        _tell(row.customer_id, UNREAD, row.ref, {"agent": unread.author(row.ref, seq=seq)}, f"{row.ref}:{seq}")


def find_unread(*, by: Actor, at: datetime) -> int:
    """Find chats in which an agent's words have waited for a minute for a customer who is not connected.

    Each is one unit, and up to which number somebody was told is kept: however much is said, they are told once, until
    they have read that. Returns how many. Order of each: marks, audit, topic helpdesk.chat.left_unread.
    """
    here, found = live.connected(_DOOR), unread.participants(before=at - UNREAD_AFTER, limit=_BATCH)
    away = [one for one in found if one.author_id not in here]
    return sum(_note_unread(participant.pk, by=by, at=at) for participant in away)


def _note_unread(participant: UUID, *, by: Actor, at: datetime) -> bool:
    with db.unit(by=by, at=at, why="tell"):
        (held,) = db.lock(Participant, participant)
        seq = unread.last_answer(held)
        if seq <= held.read_seq or held.told_seq > held.read_seq:
            return False
        held.told_seq = seq
        held.save()
        chat = chats.by_ref(held.room.owner)
        audit.record(
            action="helpdesk.chat.tell_unread", subject=chat, customer=held.room.customer_ref, data={"seq": seq}
        )
        outbox.publish(Topic.CHAT_UNREAD, subject=chat, customer=held.room.customer_ref, data={"seq": seq})
        return True


def _tell(customer: UUID, kind: str, subject: str, params: dict[str, Any], key: str) -> None:
    login = customers.user_of(customer)
    if login is not None:
        messages.notify(recipient=ids.encode("usr", login), kind=kind, subject=subject, params=params, key=key)
