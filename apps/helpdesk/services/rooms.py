"""Rooms: opened with a ticket or chat, written under their lock, so that numbers have no gaps and nothing is doubled.

Everything here is part of another service's unit.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.core import crypto, db, live
from apps.core.actors import Actor
from apps.core.services import data_keys
from apps.helpdesk.enums import Audience, EntryKind
from apps.helpdesk.errors import MessageConflict, RoomClosed
from apps.helpdesk.models import Message, Participant, Room, RoomEntry
from apps.helpdesk.models.rooms import BODY_CHARACTERS
from apps.helpdesk.selectors import rooms as room_reads
from apps.helpdesk.selectors.rooms import BODY
from apps.helpdesk.services import texts

_HASH = "helpdesk.message"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is kept: its number, and whether it had been kept before, or parts of it were taken out."""

    room: UUID
    seq: int
    message: UUID
    client_msg_id: UUID
    is_duplicate: bool = False
    is_redacted: bool = False


def open_(*, owner: str, customer: str) -> Room:
    """Open the two rooms of a ticket or chat, and return the public one. Works inside an open unit.

    `owner` and `customer` are typed ids; the customer joins at once. Order: rooms, participant.
    """
    at = db.current().at
    public, staff = (
        Room(owner=owner, audience=audience, customer_ref=customer, opened_at=at)
        for audience in (Audience.PUBLIC, Audience.STAFF)
    )
    public.save()
    staff.save()
    _participant(public, db.current().by)
    return public


def write(room: UUID, *, body: str, client_msg_id: UUID, may_still: bool = True) -> Sent:
    """Keep a message of the unit's actor under the room's next number. Works inside an open unit.

    The same `client_msg_id` again is answered with the first number, also after the end (`may_still` False).
    Order: room locked, message, entry, marks, hint. Raises: duplicate_conflict, room_closed, text_unusable, not_found.
    """
    cleaned = texts.clean(text=body, longest=BODY_CHARACTERS)
    by, digest = db.current().by, crypto.fingerprint(_HASH, cleaned.text)
    (held,) = db.lock(Room, room)
    kept = Message.objects.filter(
        room=held, author_kind=room_reads.kind_of(by), author_id=by.id, client_msg_id=client_msg_id
    ).first()
    if kept is not None:
        if kept.body_hash != digest:
            raise MessageConflict(seq=kept.seq)
        return Sent(held.pk, kept.seq, kept.pk, client_msg_id, is_duplicate=True, is_redacted=cleaned.is_redacted)
    if not may_still or held.closed_at is not None:
        raise RoomClosed(room=held.ref)
    message = Message(
        room=held,
        seq=held.last_seq + 1,
        author_kind=room_reads.kind_of(by),
        author_id=by.id,
        body_sealed=data_keys.seal(owner=held.customer_ref, column=BODY, text=cleaned.text),
        body_hash=digest,
        client_msg_id=client_msg_id,
    )
    message.save()
    _append(held, EntryKind.MESSAGE, message=message)
    _mark_own(held, by)
    return Sent(held.pk, message.seq, message.pk, client_msg_id, is_redacted=cleaned.is_redacted)


def announce(room: UUID, *, kind: EntryKind, **data: str | bool) -> int:
    """Tell everybody in a room of a change, under its next number; `data` holds codes and typed ids.

    Works inside an open unit. Order: room locked, entry, hint. Raises: not_found.
    """
    (held,) = db.lock(Room, room)
    return _append(held, kind, data=data)


def join(room: UUID) -> None:
    """Let the unit's actor, an agent, take part in a room, and tell everybody in it. Works inside an open unit.

    Order: room locked, participant, entry, hint. Raises: not_found.
    """
    (held,) = db.lock(Room, room)
    by = db.current().by
    _participant(held, by)
    _append(held, EntryKind.PARTICIPANT, data={"agent": by.id, "joined": True})


def close(room: UUID) -> None:
    """Let nothing more be said in a room. Works inside an open unit. Raises: not_found."""
    (held,) = db.lock(Room, room)
    held.closed_at = db.current().at
    held.save()


def _append(room: Room, kind: EntryKind, *, message: Message | None = None, data: dict[str, Any] | None = None) -> int:
    room.last_seq += 1
    room.save()
    entry = RoomEntry(room=room, seq=room.last_seq, kind=kind, message=message, data=data or {}, at=db.current().at)
    entry.save()
    live.hint(room_reads.group_of(room.pk))
    return room.last_seq


def _participant(room: Room, by: Actor, **marks: int) -> None:
    """Make somebody a participant, unless they are one."""
    if room_reads.participant_key(room, kind=room_reads.kind_of(by), person=by.id) is None:
        at = db.current().at
        Participant(room=room, author_kind=room_reads.kind_of(by), author_id=by.id, joined_at=at, **marks).save()


def _mark_own(room: Room, by: Actor) -> None:
    """Note that whoever speaks has seen what stands above."""
    seen = {"delivered_seq": room.last_seq, "read_seq": room.last_seq}
    key = room_reads.participant_key(room, kind=room_reads.kind_of(by), person=by.id)
    if key is None:
        _participant(room, by, **seen)
        return
    (held,) = db.lock(Participant, key)
    held.delivered_seq = held.read_seq = room.last_seq
    held.save()
