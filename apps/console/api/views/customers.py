"""Finding a customer, the file and the story, for staff; on the console's host only."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.enums import Permission
from apps.console.api import serializers
from apps.console.enums import Stream
from apps.console.errors import OwnRecord
from apps.console.selectors import hits, profile, timeline
from apps.console.services import access, search
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.errors import NotFound

_TAG = "staff: customers"
_TICKETS = "helpdesk.ticket.read"


class SearchesView(ApiView):
    permission = Permission.CUSTOMER_VIEW

    @operation(
        "staff_console_searches_run",
        summary="Find customers and tickets",
        tag=_TAG,
        request=serializers.TermSerializer,
        answers={200: serializers.SearchSerializer},
        description="By part of a name or address, in any case, by the number of a ticket, or by typed id.",
        example={"term": "ADA.OKONKWO"},
    )
    def post(self, request: Request) -> Response:
        found = search.run(
            term=self.body()["term"],
            sees_customers=True,
            sees_tickets=request.user.has_perm(_TICKETS),
            by=self.actor,
            at=self.at,
        )
        return self.show({"goto": found.goto, "results": hits.lines(found.hits)})


class OverviewView(ApiView):
    permission = Permission.CUSTOMER_VIEW

    @operation(
        "staff_console_customers_overview",
        summary="Read a customer's file",
        tag=_TAG,
        answers={200: serializers.CustomerFileSerializer},
        errors=(NotFound, OwnRecord),
        description="That it was read is written down.",
    )
    def get(self, _request: Request, customer: UUID) -> Response:
        access.open_customer(customer, by=self.actor, at=self.at)
        return self.show(profile.of_customer(customer, at=self.at))


class TimelineView(ApiView):
    permission = Permission.CUSTOMER_VIEW
    query = serializers.TimelineQuery

    @operation(
        "staff_console_customers_timeline",
        summary="Read what happened to a customer",
        tag=_TAG,
        answers={200: serializers.TimelineSerializer},
        errors=(NotFound, OwnRecord),
        description="Newest first. `older` is what `before` of the following part is; empty at the end.",
    )
    def get(self, _request: Request, customer: UUID) -> Response:
        access.open_customer(customer, by=self.actor, at=self.at)
        found = profile.of_customer(customer, at=self.at)
        whose = timeline.Whose(customer, found.ref, found.login)
        return self.show(timeline.page(whose, streams=list(Stream), before=self.params.get("before", "")))
