"""Chats of the calling customer; all that a socket can do, without one."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import CustomerRequired
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.api.permissions import CUSTOMER
from apps.core.services.idempotency import Answer
from apps.helpdesk.api import serializers
from apps.helpdesk.api.views.rooms import ChatRoomView
from apps.helpdesk.errors import ChatOpen, MessageConflict, RoomClosed, SequenceUnknown, TextUnusable
from apps.helpdesk.models import ChatSession
from apps.helpdesk.selectors import chats as reads
from apps.helpdesk.services import chats

_TAG = "chats"
_EXAMPLE = {"body": "Where is my money?", "client_msg_id": "0b1f2f2e-5d0c-4c8e-9a57-2f6d4f3b9c11"}


class AvailabilityView(ApiView):
    permission = CUSTOMER

    @operation(
        "chats_availability",
        summary="Is anybody there?",
        tag=_TAG,
        answers={200: serializers.AvailabilitySerializer},
        errors=(CustomerRequired,),
    )
    def get(self, _request: Request) -> Response:
        return self.show(reads.availability(by=self.actor, at=self.at))


class ChatsView(ApiView):
    permission = CUSTOMER

    @operation(
        "chats_open",
        summary="Ask for a chat",
        tag=_TAG,
        request=serializers.MessageInSerializer,
        answers={201: serializers.ChatSerializer},
        errors=(CustomerRequired, ChatOpen, TextUnusable),
        key="required",
        example=_EXAMPLE,
        description="It waits in the queue with its first message until an agent takes it.",
    )
    def post(self, _request: Request) -> Response:
        given = self.body()
        return self.once(lambda: self._opened(given))

    def _opened(self, given: dict[str, Any]) -> Answer:
        chat = chats.request(**given, by=self.actor, at=self.at)
        (shown,) = reads.shown([chat])
        return self.answer(shown, location=f"/api/v1/chats/{chat.ref}")


class ChatView(ChatRoomView):
    permission = CUSTOMER

    @operation(
        "chats_read",
        summary="Read a chat",
        tag=_TAG,
        answers={200: serializers.ChatSerializer},
        errors=(CustomerRequired,),
    )
    def get(self, _request: Request, chat: UUID) -> Response:
        (shown,) = reads.shown([self.own(chat)])
        return self.show(shown)


class ChatMessagesView(ChatRoomView):
    permission = CUSTOMER
    query = serializers.AfterQuery

    @operation(
        "chats_messages",
        summary="Read what was said after a number",
        tag=_TAG,
        answers={200: serializers.RoomPageSerializer},
        errors=(CustomerRequired, SequenceUnknown),
    )
    def get(self, _request: Request, chat: UUID) -> Response:
        return self.read(chat)

    @operation(
        "chats_say",
        summary="Say something",
        tag=_TAG,
        request=serializers.MessageInSerializer,
        answers={200: serializers.SentSerializer, 201: serializers.SentSerializer},
        errors=(CustomerRequired, MessageConflict, RoomClosed, TextUnusable),
        key="accepted",
        example=_EXAMPLE,
        description="200 for a message that was sent before.",
    )
    def post(self, _request: Request, chat: UUID) -> Response:
        return self.say(chats.send, chat, self.body())


class ChatReceiptsView(ChatRoomView):
    permission = CUSTOMER

    @operation(
        "chats_mark",
        summary="Tell how far I have received and read",
        tag=_TAG,
        request=serializers.MarksSerializer,
        answers={200: serializers.MarksOutSerializer},
        errors=(CustomerRequired, SequenceUnknown),
        example={"read_seq": 3},
    )
    def post(self, _request: Request, chat: UUID) -> Response:
        return self.mark(chat)


class ChatEndView(ChatRoomView):
    permission = CUSTOMER

    @operation(
        "chats_end",
        summary="End a chat",
        tag=_TAG,
        answers={200: serializers.ChatSerializer},
        errors=(CustomerRequired, RoomClosed),
        key="accepted",
    )
    def post(self, _request: Request, chat: UUID) -> Response:
        own = self.own(chat)
        return self.once(lambda: self._ended(own))

    def _ended(self, own: ChatSession) -> Answer:
        (shown,) = reads.shown([chats.end(own.pk, by=self.actor, at=self.at)])
        return self.answer(shown)
