"""Tickets of the calling customer."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import CustomerRequired
from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.api.permissions import CUSTOMER
from apps.core.api.serializers import PageQuery
from apps.core.errors import InvalidState
from apps.core.services.idempotency import Answer
from apps.helpdesk.api import serializers
from apps.helpdesk.api.views.rooms import TicketRoomView
from apps.helpdesk.errors import MessageConflict, RoomClosed, SequenceUnknown, TextUnusable
from apps.helpdesk.models import Ticket
from apps.helpdesk.selectors import tickets as reads
from apps.helpdesk.services import tickets

_TAG = "tickets"
_EXAMPLE = {"body": "It was red.", "client_msg_id": "0b1f2f2e-5d0c-4c8e-9a57-2f6d4f3b9c11"}


class TicketsView(ApiView):
    permission = CUSTOMER
    query = PageQuery

    @operation(
        "tickets_list",
        summary="List my tickets",
        tag=_TAG,
        answers={200: serializers.TicketSerializer},
        errors=(CustomerRequired,),
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        rows = pagination.of_queryset(reads.tickets_for(by=self.actor))
        return self.page(replace(rows, fetch=lambda window: reads.shown(rows.fetch(window))))

    @operation(
        "tickets_open",
        summary="Open a ticket",
        tag=_TAG,
        request=serializers.TicketInSerializer,
        answers={201: serializers.TicketSerializer},
        errors=(CustomerRequired, TextUnusable),
        key="required",
        example={"subject": "Card lost", **_EXAMPLE},
    )
    def post(self, _request: Request) -> Response:
        given = self.body()
        return self.once(lambda: self._opened(given))

    def _opened(self, given: dict[str, Any]) -> Answer:
        ticket = tickets.open_(**given, by=self.actor, at=self.at)
        (shown,) = reads.shown([ticket])
        return self.answer(shown, location=f"/api/v1/tickets/{ticket.ref}")


class TicketView(TicketRoomView):
    permission = CUSTOMER

    @operation(
        "tickets_read",
        summary="Read a ticket",
        tag=_TAG,
        answers={200: serializers.TicketSerializer},
        errors=(CustomerRequired,),
    )
    def get(self, _request: Request, ticket: UUID) -> Response:
        (shown,) = reads.shown([self.own(ticket)])
        return self.show(shown)


class TicketMessagesView(TicketRoomView):
    permission = CUSTOMER
    query = serializers.AfterQuery

    @operation(
        "tickets_messages",
        summary="Read what was said after a number",
        tag=_TAG,
        answers={200: serializers.RoomPageSerializer},
        errors=(CustomerRequired, SequenceUnknown),
    )
    def get(self, _request: Request, ticket: UUID) -> Response:
        return self.read(ticket)

    @operation(
        "tickets_say",
        summary="Say something",
        tag=_TAG,
        request=serializers.MessageInSerializer,
        answers={200: serializers.SentSerializer, 201: serializers.SentSerializer},
        errors=(CustomerRequired, MessageConflict, RoomClosed, TextUnusable),
        key="accepted",
        example=_EXAMPLE,
        description="200 for a message that was sent before. An answer opens a resolved ticket again for 7 days.",
    )
    def post(self, _request: Request, ticket: UUID) -> Response:
        return self.say(tickets.ask, ticket, self.body())


class TicketReadView(TicketRoomView):
    permission = CUSTOMER

    @operation(
        "tickets_mark",
        summary="Tell how far I have read",
        tag=_TAG,
        request=serializers.MarksSerializer,
        answers={200: serializers.MarksOutSerializer},
        errors=(CustomerRequired, SequenceUnknown),
        example={"read_seq": 3},
    )
    def post(self, _request: Request, ticket: UUID) -> Response:
        return self.mark(ticket)


class TicketCloseView(TicketRoomView):
    permission = CUSTOMER

    @operation(
        "tickets_close",
        summary="Close a ticket",
        tag=_TAG,
        answers={200: serializers.TicketSerializer},
        errors=(CustomerRequired, InvalidState),
        key="accepted",
        description="Nothing can be said about it any more.",
    )
    def post(self, _request: Request, ticket: UUID) -> Response:
        own = self.own(ticket)
        return self.once(lambda: self._closed(own))

    def _closed(self, own: Ticket) -> Answer:
        (shown,) = reads.shown([tickets.close(own.pk, by=self.actor, at=self.at)])
        return self.answer(shown)
