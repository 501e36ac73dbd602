"""`/ws/agent/`: the desk of a member of staff. As long as it is heard of, the agent's chats stay theirs."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from apps.core import ids
from apps.core.live.door import in_thread
from apps.core.live.frames import Fault, Frame, Refused
from apps.helpdesk.consumers.rooms import RoomDoor
from apps.helpdesk.enums import AgentStatus, Audience, Permission
from apps.helpdesk.models import ChatSession, Room, Ticket
from apps.helpdesk.selectors import chats as reads
from apps.helpdesk.selectors import rooms
from apps.helpdesk.services import agents, chats, tickets
from apps.helpdesk.services.rooms import Sent

_SERVICES: Final[dict[tuple[str, str], Callable[..., Sent]]] = {
    (ChatSession.id_prefix, Audience.PUBLIC): chats.send,
    (ChatSession.id_prefix, Audience.STAFF): chats.note,
    (Ticket.id_prefix, Audience.PUBLIC): tickets.reply,
    (Ticket.id_prefix, Audience.STAFF): tickets.note,
}


class AgentDoor(RoomDoor):
    purpose = "agent"
    permission = Permission.CHAT_TAKE
    needs_origin = True

    async def hint(self, message: dict[str, Any]) -> None:
        if message["group"] == agents.DESK:
            await self._tell_queue()
        else:
            await super().hint(message)

    async def beat(self) -> dict[str, Any]:
        await in_thread(agents.keep, **self.acting())
        return await super().beat()

    async def say(self, room: Room, body: str, client_msg_id: UUID) -> Sent:
        prefix = room.owner.partition("_")[0]
        service, key = _SERVICES[prefix, room.audience], ids.decode(prefix, room.owner)
        return await in_thread(service, key, body=body, client_msg_id=client_msg_id, **self.acting())

    async def on_queue_watch(self, frame: Frame) -> None:
        if frame.flag("on"):
            await self.join(agents.DESK)
            await self._tell_queue()
        else:
            await self.leave(agents.DESK)

    async def on_presence_set(self, frame: Frame) -> None:
        wanted = frame.text("status", longest=20)
        if wanted not in AgentStatus.values:
            raise Refused(Fault.BAD_FIELD, "status")
        profile = await in_thread(agents.set_status, status=AgentStatus(wanted), **self.acting())
        await self.tell("presence", {"agent": profile.ref, "status": profile.chosen_status, "effective": wanted})

    async def on_chat_accept(self, frame: Frame) -> None:
        await in_thread(chats.accept, await self._chat(frame), **self.acting())
        await self.follow(frame)

    async def on_chat_end(self, frame: Frame) -> None:
        await in_thread(chats.end, await self._chat(frame), **self.acting())

    async def _chat(self, frame: Frame) -> UUID:
        """Return the chat whose room a frame names, which need not be followed. Raises: room_not_found."""
        try:
            room = await in_thread(rooms.room_for, ids.decode(Room.id_prefix, frame.room), by=self.by)
            return ids.decode(ChatSession.id_prefix, room.owner)
        except ids.BadId as error:
            raise Refused(Fault.NO_ROOM) from error

    async def _tell_queue(self) -> None:
        figures = await in_thread(reads.figures, at=self.acting()["at"])
        oldest = figures.oldest_at
        d = {
            "waiting": figures.waiting,
            "active": figures.active,
            "oldest_at": oldest.isoformat().replace("+00:00", "Z") if oldest else None,
        }
        await self.tell("queue.stats", d)
