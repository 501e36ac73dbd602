"""`/ws/support/`: a customer's chats and tickets, and the place in the queue while a chat waits."""

from typing import Any, Final
from uuid import UUID

from apps.core import ids
from apps.core.live.door import in_thread
from apps.core.live.frames import Fault, Frame, Refused
from apps.core.live.limits import Meter
from apps.helpdesk.consumers.rooms import RoomDoor
from apps.helpdesk.models import ChatSession, Room, Ticket
from apps.helpdesk.selectors import chats as reads
from apps.helpdesk.services import agents, chats, tickets
from apps.helpdesk.services.rooms import Sent

_PLACE_EVERY_S: Final = 2.0


class SupportDoor(RoomDoor):
    purpose = "support"

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.waits: reads.Wait | None = None
        self.placed = Meter(1, _PLACE_EVERY_S)
        await super().__call__(scope, receive, send)

    async def hint(self, message: dict[str, Any]) -> None:
        if message["group"] != agents.DESK:
            await super().hint(message)
        elif not self.placed.is_over():
            await self._tell_change()

    async def catch_up(self, heads: dict[UUID, int]) -> None:
        await super().catch_up(heads)
        # What came too soon after another change, or was lost.
        if agents.DESK in self.groups:
            await self._tell_change()

    async def say(self, room: Room, body: str, client_msg_id: UUID) -> Sent:
        service, prefix = (chats.send, ChatSession.id_prefix) if _is_chat(room) else (tickets.ask, Ticket.id_prefix)
        key = ids.decode(prefix, room.owner)
        return await in_thread(service, key, body=body, client_msg_id=client_msg_id, **self.acting())

    async def on_chat_end(self, frame: Frame) -> None:
        room = self.followed(frame).room
        if not _is_chat(room):
            raise Refused(Fault.NO_ROOM)
        await in_thread(chats.end, ids.decode(ChatSession.id_prefix, room.owner), **self.acting())

    async def on_queue_watch(self, frame: Frame) -> None:
        if frame.flag("on"):
            self.waits = await in_thread(reads.wait_of, by=self.by)
            await self.join(agents.DESK)
            await self._tell_place()
        else:
            await self.leave(agents.DESK)

    async def _tell_change(self) -> None:
        """Tell another place in the queue; that there is none any more, the room tells."""
        before, self.waits = self.waits, await in_thread(reads.wait_of, by=self.by)
        if self.waits is not None and self.waits != before:
            await self._tell_place()

    async def _tell_place(self) -> None:
        waits = self.waits
        d = {"position": waits.position if waits else None, "eta_s": waits.eta_s if waits else None}
        await self.tell("queue.pos", d)


def _is_chat(room: Room) -> bool:
    return room.owner.startswith(f"{ChatSession.id_prefix}_")
