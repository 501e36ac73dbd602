"""What both sides do with rooms: follow them, resume, speak, mark what was read; and how nothing is missed."""

import asyncio
import uuid
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError

from apps.core import ids
from apps.core.live import door
from apps.core.live.door import Door, in_thread
from apps.core.live.frames import Fault, Frame, Refused
from apps.core.live.limits import Meter
from apps.helpdesk.consumers import frames as shown
from apps.helpdesk.models import Room
from apps.helpdesk.models.rooms import BODY_CHARACTERS
from apps.helpdesk.selectors import rooms as reads
from apps.helpdesk.services import marks
from apps.helpdesk.services.rooms import Sent

_log: Final = structlog.get_logger("strongroom.sockets")
_MOST_ROOMS: Final = 20
_MESSAGES: Final = (10, 10)
_TYPING_S: Final = 1.0
_CHAT: Final = "cht_"
_RELAYED: Final = ("ref", "delivered_seq", "read_seq", "on")


@dataclass(frozen=True, slots=True)
class Followed:
    """A room that a connection follows: up to which number it was told, and whether news is pushed by itself.

    While a client asks for page after page, nothing is pushed between them.
    """

    room: Room
    pushed: int
    is_live: bool = True

    @property
    def is_chat(self) -> bool:
        return self.room.owner.startswith(_CHAT)


class RoomDoor(Door):
    """A connection that follows rooms."""

    sweep: "asyncio.Task[None] | None" = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.rooms: dict[UUID, Followed] = {}
        self.spoken, self.typed = Meter(*_MESSAGES), Meter(1, _TYPING_S)
        self.turn = asyncio.Lock()
        if RoomDoor.sweep is None or RoomDoor.sweep.done():
            RoomDoor.sweep = asyncio.ensure_future(_sweep())
        await super().__call__(scope, receive, send)

    async def greeted(self, frame: Frame) -> None:
        wanted = frame.d.get("resume", [])
        if not isinstance(wanted, list) or len(wanted) > _MOST_ROOMS:
            raise Refused(Fault.BAD_FIELD, "resume")
        for one in wanted:
            if not isinstance(one, dict) or not isinstance(one.get("room"), str):
                raise Refused(Fault.BAD_FIELD, "resume")
            asked = replace(frame, room=one["room"], d={"last_seq": one.get("last_seq")})
            await self.follow(asked)
            await self.on_resume(asked)

    async def hint(self, message: dict[str, Any]) -> None:
        found = next((one for one in self.rooms.values() if reads.group_of(one.room.pk) == message["group"]), None)
        if found is None:
            return
        room = found.room.ref
        match message["what"]:
            case "receipt" | "typing" if message["person"] != self.by.id:
                d: dict[str, Any] = {name: message[name] for name in _RELAYED if name in message}
                await self.tell(message["what"], d, room=room)
            case "news" if found.is_live:
                await self.push(found.room.pk)

    async def beat(self) -> dict[str, Any]:
        heads = await in_thread(reads.heads, list(self.rooms))
        await self.catch_up(heads)
        return {"heads": [{"room": Room.ref_of(room), "last_seq": seq} for room, seq in heads.items()]}

    async def swept(self, heads: dict[UUID, int]) -> None:
        """Catch up between frames and hints, never beside them: what both are about to tell would be told twice.

        One that is busy is left to the next sweep: all the others would wait for it.
        """
        if self in door.connections and not self.turn.locked():
            async with self.turn:
                await self.catch_up(heads)

    async def catch_up(self, heads: dict[UUID, int]) -> None:
        """Push what a lost hint would have announced."""
        for room, seq in heads.items():
            found = self.rooms.get(room)
            if found is not None and found.is_live and found.pushed < seq:
                await self.push(room)

    async def push(self, room: UUID) -> None:
        """Tell what has happened in a room since the last number that was told."""
        has_more = True
        while has_more and room in self.rooms:
            found = self.rooms[room]
            page = await in_thread(_page, room, found.pushed, self.by.id)
            for entry in page.entries:
                await self.send_frame(shown.frame_of(entry, found.room.ref, is_chat=found.is_chat))
            self.rooms[room] = replace(found, pushed=found.pushed + len(page.entries))
            has_more = page.has_more

    async def on_sub(self, frame: Frame) -> None:
        await self.follow(frame)

    async def on_unsub(self, frame: Frame) -> None:
        if self.rooms.pop(_room_id(frame), None) is not None:
            await self.leave(reads.group_of(_room_id(frame)))

    async def on_resume(self, frame: Frame) -> None:
        found, last_seq = self.followed(frame), frame.whole("last_seq")
        room = await in_thread(reads.room_for, found.room.pk, by=self.by)
        if last_seq > room.last_seq:
            raise Refused(Fault.BAD_FIELD, "last_seq")
        if room.last_seq - last_seq > reads.LONGEST_GAP:
            self.rooms[room.pk] = replace(found, pushed=room.last_seq, is_live=True)
            d = {"room": room.ref, "reason": "gap_too_large", "last_seq": room.last_seq}
            await self.tell("resume.reset", d, room=room.ref)
            return
        page = await in_thread(reads.page, room, after_seq=last_seq, reader=self.by.id)
        to = last_seq + len(page.entries)
        await self.tell("resume.batch", shown.batch(page, room.ref, is_chat=found.is_chat), room=room.ref)
        self.rooms[room.pk] = replace(found, pushed=to, is_live=not page.has_more)
        if not page.has_more:
            await self.push(room.pk)

    async def on_msg_send(self, frame: Frame) -> None:
        found, client_msg_id = self.followed(frame), _uuid(frame.text("client_msg_id", longest=36))
        body = frame.text("body", longest=10 * BODY_CHARACTERS)
        if len(body) > BODY_CHARACTERS:
            raise Refused(Fault.TOO_LONG, "body")
        if self.spoken.is_over():
            raise Refused(Fault.TOO_FAST, "msg.send", retry_after_ms=self.spoken.free_in_ms())
        try:
            sent = await self.say(found.room, body, client_msg_id)
        except Exception as error:  # noqa: BLE001 - every fault is told to who waits for this message
            refused = door.meaning(error, frame)
            d = {"client_msg_id": str(client_msg_id), "code": refused.code, "ref_id": frame.id}
            await self.tell("msg.nack", d, room=frame.room)
            return
        await self.tell("msg.ack", {**shown.sent(sent), "ref_id": frame.id}, room=found.room.ref)

    async def say(self, room: Room, body: str, client_msg_id: UUID) -> Sent:
        """Keep a message; each side has its own services."""
        raise NotImplementedError

    async def on_receipt(self, frame: Frame) -> None:
        found = self.followed(frame)
        delivered, read = frame.whole("delivered_seq", default=0), frame.whole("read_seq", default=0)
        await in_thread(marks.mark, found.room.pk, delivered_seq=delivered, read_seq=read, **self.acting())

    async def on_typing(self, frame: Frame) -> None:
        found, on = self.followed(frame), frame.flag("on")
        if on and self.typed.is_over():
            return
        name, ref = reads.group_of(found.room.pk), await in_thread(reads.ref_of, found.room, by=self.by)
        hint = {"type": "hint", "group": name, "what": "typing", "person": self.by.id, "ref": ref, "on": on}
        await self.layer.group_send(name, hint)

    async def _dispatch(self, message: dict[str, Any]) -> None:
        async with self.turn:
            await super()._dispatch(message)

    async def send_frame(self, body: dict[str, Any]) -> None:
        """Send a frame that is complete."""
        head = {name: value for name, value in body.items() if name not in ("v", "t", "d")}
        await self.tell(body["t"], body["d"], **head)

    async def follow(self, frame: Frame) -> None:
        """Follow a room from its last number on, and tell who is in it."""
        room = await in_thread(reads.room_for, _room_id(frame), by=self.by)
        if room.pk not in self.rooms and len(self.rooms) >= _MOST_ROOMS:
            raise Refused(Fault.TOO_FAST, "sub")
        # Joined before the number is read again: what comes between is hinted at, and pushed.
        await self.join(reads.group_of(room.pk))
        room = await in_thread(reads.by_id, room.pk)
        self.rooms[room.pk] = Followed(room, room.last_seq)
        people = await in_thread(reads.participants, room)
        d = {
            "room": room.ref,
            "last_seq": room.last_seq,
            "participants": [
                {**shown.author(who), "delivered_seq": row.delivered_seq, "read_seq": row.read_seq}
                for who, row in people
            ],
        }
        await self.tell("sub.ok", d, room=room.ref)

    def followed(self, frame: Frame) -> Followed:
        """Return the followed room that a frame names. Raises: room_not_found."""
        found = self.rooms.get(_room_id(frame))
        if found is None:
            raise Refused(Fault.NO_ROOM)
        return found


def _room_id(frame: Frame) -> UUID:
    """Return the room of a frame; what is no id is as none. Raises: room_not_found."""
    try:
        return ids.decode(Room.id_prefix, frame.room)
    except ids.BadId as error:
        raise Refused(Fault.NO_ROOM) from error


def _uuid(text: str) -> UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Refused(Fault.BAD_FIELD, "client_msg_id") from error


def _page(room: UUID, after_seq: int, reader: str) -> reads.Page:
    return reads.page(reads.by_id(room), after_seq=after_seq, reader=reader)


async def _sweep() -> None:
    """Look again and again at the last numbers of all rooms that this process follows: the last hint may be lost."""
    while True:
        await asyncio.sleep(settings.SOCKETS["sweep_s"])
        following = [one for one in door.connections if isinstance(one, RoomDoor) and one.rooms]
        rooms = {room for one in following for room in one.rooms}
        try:
            heads = await in_thread(reads.heads, rooms) if rooms else {}
            for one in following:
                await one.swept({room: seq for room, seq in heads.items() if room in one.rooms})
        except (DatabaseError, OSError) as error:
            _log.warning("rooms_not_swept", error=type(error).__name__)
