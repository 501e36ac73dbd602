"""What is read, said and marked in the room of a ticket or a chat: the same for customers and staff."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from rest_framework.response import Response

from apps.core.api.base import ApiView
from apps.core.services.idempotency import Answer
from apps.helpdesk.enums import Audience
from apps.helpdesk.models import ChatSession, Room, Ticket
from apps.helpdesk.selectors import chats, rooms, tickets
from apps.helpdesk.services import marks
from apps.helpdesk.services.rooms import Sent


class RoomView(ApiView):
    """Base of what lies below one ticket or chat that the caller may see."""

    audience: ClassVar[Audience] = Audience.PUBLIC

    def own(self, key: UUID) -> Ticket | ChatSession:
        """Return whose room it is. Raises: not_found for what the caller may not see."""
        raise NotImplementedError

    def read(self, key: UUID) -> Response:
        """Answer with what was said after the number of the query, an `AfterQuery`."""
        return self.show(rooms.page(self._room(key), after_seq=self.params["after_seq"], reader=self.actor.id))

    def say(self, service: Callable[..., Sent], key: UUID, given: Mapping[str, Any]) -> Response:
        """Say something by a service that takes what was given: 201, and 200 for what was said before."""
        return self.once(lambda: self._said(service, key, given))

    def mark(self, key: UUID) -> Response:
        """Note how far the caller has received and read."""
        given = self.body()
        return self.show(marks.mark(self._room(key).pk, **given, by=self.actor, at=self.at))

    def _room(self, key: UUID) -> Room:
        return rooms.of(self.own(key).ref, audience=self.audience)

    def _said(self, service: Callable[..., Sent], key: UUID, given: Mapping[str, Any]) -> Answer:
        sent = service(key, **given, by=self.actor, at=self.at)
        return self.answer(sent, status=200 if sent.is_duplicate else 201)


class TicketRoomView(RoomView):
    """Base of what lies below one ticket: a customer's own, or for staff any."""

    def own(self, key: UUID) -> Ticket:
        return tickets.ticket_for(key, by=self.actor)


class ChatRoomView(RoomView):
    """Base of what lies below one chat: a customer's own, or for staff any."""

    def own(self, key: UUID) -> ChatSession:
        return chats.chat_for(key, by=self.actor)
