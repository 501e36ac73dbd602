"""Tickets as staff work on them; on the console's host only."""

from dataclasses import replace
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.etags import require_match
from apps.core.api.operations import operation
from apps.core.errors import InvalidState
from apps.helpdesk.api import serializers
from apps.helpdesk.api.views.rooms import TicketRoomView
from apps.helpdesk.enums import Audience, Permission, TicketStatus
from apps.helpdesk.errors import AssigneeUnknown, MessageConflict, RoomClosed, SequenceUnknown, TextUnusable
from apps.helpdesk.selectors import agents
from apps.helpdesk.selectors import tickets as reads
from apps.helpdesk.services import assignments, readings, tickets

_TAG = "staff: tickets"
_EXAMPLE = {"body": "We sent a new one.", "client_msg_id": "0b1f2f2e-5d0c-4c8e-9a57-2f6d4f3b9c11"}
_ME = "me"


class StaffTicketsView(ApiView):
    permission = Permission.TICKET_READ
    query = serializers.TicketQuery

    @operation(
        "staff_helpdesk_tickets_list",
        summary="List tickets",
        tag=_TAG,
        answers={200: serializers.StaffTicketSerializer},
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        assignee = self.params.get("assignee", "")
        found = reads.tickets(
            status=self.params.get("status", ""), assignee=self.actor.id if assignee == _ME else assignee
        )
        rows = pagination.of_queryset(found)
        return self.page(replace(rows, fetch=lambda window: reads.shown(rows.fetch(window))))


class StaffTicketView(ApiView):
    permission = Permission.TICKET_READ

    @operation(
        "staff_helpdesk_tickets_read",
        summary="Open a ticket",
        tag=_TAG,
        answers={200: serializers.StaffTicketSerializer},
        description="Written down.",
    )
    def get(self, _request: Request, ticket: UUID) -> Response:
        return self.show(readings.open_ticket(ticket, by=self.actor, at=self.at))


class StaffTicketMessagesView(TicketRoomView):
    permission = {"GET": Permission.TICKET_READ, "POST": Permission.TICKET_REPLY}
    query = serializers.AfterQuery

    @operation(
        "staff_helpdesk_tickets_messages",
        summary="Read what was said after a number",
        tag=_TAG,
        answers={200: serializers.RoomPageSerializer},
        errors=(SequenceUnknown,),
    )
    def get(self, _request: Request, ticket: UUID) -> Response:
        return self.read(ticket)

    @operation(
        "staff_helpdesk_tickets_reply",
        summary="Answer the customer",
        tag=_TAG,
        request=serializers.ReplySerializer,
        answers={200: serializers.SentSerializer, 201: serializers.SentSerializer},
        errors=(InvalidState, MessageConflict, RoomClosed, TextUnusable),
        key="accepted",
        example={**_EXAMPLE, "then": {"status": "pending_customer"}},
        description="200 for a message that was sent before. Who answers a ticket of nobody is assigned to it.",
    )
    def post(self, _request: Request, ticket: UUID) -> Response:
        given = self.body()
        then = TicketStatus(given["then"]["status"]) if "then" in given else None
        return self.say(tickets.reply, ticket, {**given, "then": then})


class StaffTicketNotesView(TicketRoomView):
    permission = {"GET": Permission.TICKET_READ, "POST": Permission.TICKET_NOTE}
    query = serializers.AfterQuery
    audience = Audience.STAFF

    @operation(
        "staff_helpdesk_tickets_notes",
        summary="Read the notes after a number",
        tag=_TAG,
        answers={200: serializers.RoomPageSerializer},
        errors=(SequenceUnknown,),
    )
    def get(self, _request: Request, ticket: UUID) -> Response:
        return self.read(ticket)

    @operation(
        "staff_helpdesk_tickets_note",
        summary="Write a note that only staff see",
        tag=_TAG,
        request=serializers.MessageInSerializer,
        answers={200: serializers.SentSerializer, 201: serializers.SentSerializer},
        errors=(MessageConflict, TextUnusable),
        key="accepted",
        example=_EXAMPLE,
    )
    def post(self, _request: Request, ticket: UUID) -> Response:
        return self.say(tickets.note, ticket, self.body())


class StaffTicketAssignView(ApiView):
    permission = Permission.TICKET_ASSIGN

    @operation(
        "staff_helpdesk_tickets_assign",
        summary="Give a ticket to an agent, or back to the queue",
        tag=_TAG,
        request=serializers.AssignSerializer,
        answers={200: serializers.StaffTicketSerializer},
        errors=(AssigneeUnknown, InvalidState),
        needs_match=True,
        example={"assignee": "usr_01jd3n5xbp8k7q2v9c4m6tahwz"},
    )
    def post(self, request: Request, ticket: UUID) -> Response:
        assignee = self.body()["assignee"]
        row = assignments.assign(
            ticket,
            assignee=agents.person(assignee) if assignee else "",
            version=require_match(request, reads.by_id(ticket).version),
            by=self.actor,
            at=self.at,
        )
        (shown,) = reads.shown([row])
        return self.show(shown)


class StaffTicketStatusView(ApiView):
    permission = Permission.TICKET_REPLY

    @operation(
        "staff_helpdesk_tickets_status",
        summary="Move a ticket to another state",
        tag=_TAG,
        request=serializers.StatusInSerializer,
        answers={200: serializers.StaffTicketSerializer},
        errors=(InvalidState,),
        needs_match=True,
        example={"status": "resolved"},
    )
    def post(self, request: Request, ticket: UUID) -> Response:
        row = tickets.set_status(
            ticket,
            status=TicketStatus(self.body()["status"]),
            version=require_match(request, reads.by_id(ticket).version),
            by=self.actor,
            at=self.at,
        )
        (shown,) = reads.shown([row])
        return self.show(shown)


class NextTicketView(ApiView):
    permission = Permission.TICKET_ASSIGN

    @operation(
        "staff_helpdesk_tickets_next",
        summary="Take the most urgent ticket of nobody",
        tag=_TAG,
        answers={200: serializers.StaffTicketSerializer, 204: None},
        description="204 when there is none.",
    )
    def post(self, _request: Request) -> Response:
        row = assignments.claim_next(by=self.actor, at=self.at)
        if row is None:
            return self.show(status=204)
        (shown,) = reads.shown([row])
        return self.show(shown)
