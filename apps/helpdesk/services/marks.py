"""Marks of reading: up to which number something was delivered to somebody and read. They only rise."""

from datetime import datetime
from uuid import UUID

from apps.core import db, live
from apps.core.actors import Actor
from apps.helpdesk.errors import SequenceUnknown
from apps.helpdesk.models import Participant, Room
from apps.helpdesk.selectors import rooms as room_reads


def mark(room: UUID, *, delivered_seq: int, read_seq: int, by: Actor, at: datetime) -> Participant:
    """Note how far the caller has received and read a room; a mark below the present one changes nothing.

    Whoever looks into a room without having spoken becomes a participant. Order: marks, hint to the room.
    Raises: sequence_unknown beyond the last number, not_found.
    """
    with db.unit(by=by, at=at, why="mark"):
        found = room_reads.room_for(room, by=by)
        if not 0 <= read_seq <= found.last_seq or not 0 <= delivered_seq <= found.last_seq:
            raise SequenceUnknown(last_seq=found.last_seq)
        return _raised(found, max(delivered_seq, read_seq), read_seq)


def _raised(room: Room, delivered: int, read: int) -> Participant:
    unit = db.current()
    held = _held(room, unit)
    if held.delivered_seq < delivered or held.read_seq < read:
        held.delivered_seq, held.read_seq = max(held.delivered_seq, delivered), max(held.read_seq, read)
        held.save()
        live.hint(
            room_reads.group_of(room.pk),
            what="receipt",
            person=unit.by.id,
            ref=room_reads.ref_of(room, by=unit.by),
            delivered_seq=held.delivered_seq,
            read_seq=held.read_seq,
        )
    return held


def _held(room: Room, unit: db.Unit) -> Participant:
    """Return the caller's own row, locked; made under the room's lock when there is none."""
    kind, person = room_reads.kind_of(unit.by), unit.by.id
    key = room_reads.participant_key(room, kind=kind, person=person)
    if key is None:
        db.lock(Room, room.pk)
        key = room_reads.participant_key(room, kind=kind, person=person)
    if key is not None:
        (held,) = db.lock(Participant, key)
        return held
    made = Participant(room=room, author_kind=kind, author_id=person, joined_at=unit.at)
    made.save()
    return made
