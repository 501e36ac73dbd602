"""`/ws/support/`: a customer's chats and tickets."""

from uuid import UUID

from apps.core import ids
from apps.core.live.door import in_thread
from apps.core.live.frames import Fault, Frame, Refused
from apps.helpdesk.consumers.rooms import RoomDoor
from apps.helpdesk.models import ChatSession, Room, Ticket
from apps.helpdesk.services import chats, tickets
from apps.helpdesk.services.rooms import Sent


class SupportDoor(RoomDoor):
    purpose = "support"

    async def say(self, room: Room, body: str, client_msg_id: UUID) -> Sent:
        service, prefix = (chats.send, ChatSession.id_prefix) if _is_chat(room) else (tickets.ask, Ticket.id_prefix)
        key = ids.decode(prefix, room.owner)
        return await in_thread(service, key, body=body, client_msg_id=client_msg_id, **self.acting())

    async def on_chat_end(self, frame: Frame) -> None:
        room = self.followed(frame).room
        if not _is_chat(room):
            raise Refused(Fault.NO_ROOM)
        await in_thread(chats.end, ids.decode(ChatSession.id_prefix, room.owner), **self.acting())


def _is_chat(room: Room) -> bool:
    return room.owner.startswith(f"{ChatSession.id_prefix}_")
