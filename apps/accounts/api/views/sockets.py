"""Tickets that open a socket."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api import serializers
from apps.core.api.authentication import TOKEN_HEADER
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.api.permissions import CUSTOMER, STAFF
from apps.core.live import tickets


class SocketTicketsView(ApiView):
    permission = CUSTOMER

    @operation(
        "ws_tickets_issue",
        summary="Get a ticket for a socket",
        tag="sockets",
        request=serializers.SocketPurposeSerializer,
        answers={201: serializers.SocketTicketSerializer},
        example={"purpose": "support"},
        description="It opens one connection, within a minute. It travels in the first frame, never in an address.",
    )
    def post(self, request: Request) -> Response:
        return self.show(_issued(self.body()["purpose"], request.headers.get(TOKEN_HEADER, "")))


class StaffSocketTicketsView(ApiView):
    permission = STAFF

    @operation(
        "staff_accounts_ws_tickets_issue",
        summary="Get a ticket for a socket of staff",
        tag="staff: sockets",
        request=serializers.StaffSocketPurposeSerializer,
        answers={201: serializers.SocketTicketSerializer},
        example={"purpose": "agent"},
        description="It opens one connection, within a minute. It travels in the first frame, never in an address.",
    )
    def post(self, request: Request) -> Response:
        return self.show(_issued(self.body()["purpose"], str(request.session.session_key)))


def _issued(purpose: str, session: str) -> dict[str, Any]:
    ticket = tickets.issue(purpose=purpose, session=session)
    url = f"{settings.PUBLIC_WS_URL}/ws/{purpose}/"
    return {"ticket": ticket, "expires_in": tickets.LIFE_S, "url": url}
