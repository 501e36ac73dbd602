"""The desk of an agent: the queue of chats, the own ones, who else is there; on the console's host only."""

from dataclasses import replace
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.services.idempotency import Answer
from apps.helpdesk.api import serializers
from apps.helpdesk.api.views.rooms import ChatRoomView
from apps.helpdesk.enums import AgentStatus, Audience, Permission
from apps.helpdesk.errors import (
    AlreadyAccepted,
    MessageConflict,
    NotYourChat,
    RoomClosed,
    SequenceUnknown,
    TextUnusable,
)
from apps.helpdesk.selectors import agents as agent_reads
from apps.helpdesk.selectors import chats as reads
from apps.helpdesk.services import agents, chats, readings
from apps.workflow.errors import TooManyLeases

_TAG = "staff: chats"
_EXAMPLE = {"body": "Let me look.", "client_msg_id": "0b1f2f2e-5d0c-4c8e-9a57-2f6d4f3b9c11"}
_ME = "me"


class QueueView(ApiView):
    permission = Permission.CHAT_TAKE

    @operation(
        "staff_helpdesk_queue",
        summary="What waits for an agent",
        tag=_TAG,
        answers={200: serializers.ChatQueueSerializer},
    )
    def get(self, _request: Request) -> Response:
        return self.show(reads.board(at=self.at))


class NextChatView(ApiView):
    permission = Permission.CHAT_TAKE

    @operation(
        "staff_helpdesk_queue_next",
        summary="Take the chat that has waited longest",
        tag=_TAG,
        answers={200: serializers.StaffChatSerializer, 204: None},
        errors=(TooManyLeases,),
        description="204 when none waits.",
    )
    def post(self, _request: Request) -> Response:
        chat = chats.accept_next(by=self.actor, at=self.at)
        if chat is None:
            return self.show(status=204)
        (shown,) = reads.shown([chat])
        return self.show(shown)


class StaffChatsView(ApiView):
    permission = Permission.CHAT_TAKE
    query = serializers.ChatQuery

    @operation(
        "staff_helpdesk_chats_list",
        summary="List chats",
        tag=_TAG,
        answers={200: serializers.StaffChatSerializer},
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        agent = self.params.get("agent", "")
        found = reads.chats(status=self.params.get("status", ""), agent=self.actor.id if agent == _ME else agent)
        rows = pagination.of_queryset(found)
        return self.page(replace(rows, fetch=lambda window: reads.shown(rows.fetch(window))))


class StaffChatView(ApiView):
    permission = Permission.CHAT_TAKE

    @operation(
        "staff_helpdesk_chats_read",
        summary="Open a chat",
        tag=_TAG,
        answers={200: serializers.StaffChatSerializer},
        description="Written down, but for the agent who has it.",
    )
    def get(self, _request: Request, chat: UUID) -> Response:
        return self.show(readings.open_chat(chat, by=self.actor, at=self.at))


class StaffChatMessagesView(ChatRoomView):
    permission = Permission.CHAT_TAKE
    query = serializers.AfterQuery

    @operation(
        "staff_helpdesk_chats_messages",
        summary="Read what was said after a number",
        tag=_TAG,
        answers={200: serializers.RoomPageSerializer},
        errors=(SequenceUnknown,),
    )
    def get(self, _request: Request, chat: UUID) -> Response:
        return self.read(chat)

    @operation(
        "staff_helpdesk_chats_say",
        summary="Say something",
        tag=_TAG,
        request=serializers.MessageInSerializer,
        answers={200: serializers.SentSerializer, 201: serializers.SentSerializer},
        errors=(MessageConflict, NotYourChat, RoomClosed, TextUnusable),
        key="accepted",
        example=_EXAMPLE,
        description="200 for a message that was sent before.",
    )
    def post(self, _request: Request, chat: UUID) -> Response:
        return self.say(chats.send, chat, self.body())


class StaffChatNotesView(ChatRoomView):
    permission = {"GET": Permission.CHAT_TAKE, "POST": Permission.TICKET_NOTE}
    query = serializers.AfterQuery
    audience = Audience.STAFF

    @operation(
        "staff_helpdesk_chats_notes",
        summary="Read the notes after a number",
        tag=_TAG,
        answers={200: serializers.RoomPageSerializer},
        errors=(SequenceUnknown,),
    )
    def get(self, _request: Request, chat: UUID) -> Response:
        return self.read(chat)

    @operation(
        "staff_helpdesk_chats_note",
        summary="Write a note that only staff see",
        tag=_TAG,
        request=serializers.MessageInSerializer,
        answers={200: serializers.SentSerializer, 201: serializers.SentSerializer},
        errors=(MessageConflict, TextUnusable),
        key="accepted",
        example=_EXAMPLE,
    )
    def post(self, _request: Request, chat: UUID) -> Response:
        return self.say(chats.note, chat, self.body())


class StaffChatReceiptsView(ChatRoomView):
    permission = Permission.CHAT_TAKE

    @operation(
        "staff_helpdesk_chats_mark",
        summary="Tell how far I have received and read",
        tag=_TAG,
        request=serializers.MarksSerializer,
        answers={200: serializers.MarksOutSerializer},
        errors=(SequenceUnknown,),
        example={"read_seq": 3},
    )
    def post(self, _request: Request, chat: UUID) -> Response:
        return self.mark(chat)


class AcceptView(ApiView):
    permission = Permission.CHAT_TAKE

    @operation(
        "staff_helpdesk_chats_accept",
        summary="Take a chat",
        tag=_TAG,
        answers={200: serializers.StaffChatSerializer},
        errors=(AlreadyAccepted, RoomClosed, TooManyLeases),
        key="accepted",
    )
    def post(self, _request: Request, chat: UUID) -> Response:
        return self.once(lambda: self._taken(chat))

    def _taken(self, chat: UUID) -> Answer:
        (shown,) = reads.shown([chats.accept(chat, by=self.actor, at=self.at)])
        return self.answer(shown)


class StaffChatEndView(ApiView):
    permission = Permission.CHAT_TAKE

    @operation(
        "staff_helpdesk_chats_end",
        summary="End a chat of mine",
        tag=_TAG,
        answers={200: serializers.StaffChatSerializer},
        errors=(NotYourChat, RoomClosed),
        key="accepted",
    )
    def post(self, _request: Request, chat: UUID) -> Response:
        return self.once(lambda: self._ended(chat))

    def _ended(self, chat: UUID) -> Answer:
        (shown,) = reads.shown([chats.end(chat, by=self.actor, at=self.at)])
        return self.answer(shown)


class AgentStatusView(ApiView):
    permission = Permission.CHAT_TAKE

    @operation(
        "staff_helpdesk_status_set",
        summary="Tell whether I take chats",
        tag=_TAG,
        request=serializers.SetAgentStatusSerializer,
        answers={200: serializers.AgentSerializer},
        example={"status": "online"},
    )
    def put(self, _request: Request) -> Response:
        agents.set_status(status=AgentStatus(self.body()["status"]), by=self.actor, at=self.at)
        return self.show(agent_reads.own(by=self.actor))


class PresenceView(ApiView):
    permission = Permission.CHAT_TAKE

    @operation(
        "staff_helpdesk_presence",
        summary="Who is there",
        tag=_TAG,
        answers={200: serializers.AgentsSerializer},
    )
    def get(self, _request: Request) -> Response:
        return self.show({"agents": agent_reads.shown()})
