"""Applications as their reviewers see and decide them; on the console's host only."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from apps.compliance.api import serializers
from apps.compliance.enums import MediaType, Permission
from apps.compliance.errors import ConflictOfInterest
from apps.compliance.selectors import applications as reads
from apps.compliance.services import applications, readings
from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.errors import InvalidState, Stale
from apps.core.services.idempotency import Answer
from apps.workflow.errors import LeaseLost, ReasonTextRequired, ReasonUnknown

_TAG = "staff: identity"
_REFUSALS = (LeaseLost, Stale, ConflictOfInterest, InvalidState, ReasonUnknown)
_EXAMPLE = {"work_item": "wki_01jd3n5xbp8k7q2v9c4m6tahwz", "work_item_version": 2}


class ReviewsView(ApiView):
    permission = Permission.APPLICATION_DECIDE
    query = serializers.ReviewQuery

    @operation(
        "staff_compliance_applications_list",
        summary="List submitted applications",
        tag=_TAG,
        answers={200: serializers.ReviewSummarySerializer},
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        wanted = [self.params["status"]] if "status" in self.params else []
        return self.page(pagination.of_queryset(reads.submitted(statuses=wanted)))


class ReviewView(ApiView):
    permission = Permission.APPLICATION_DECIDE

    @operation(
        "staff_compliance_applications_read",
        summary="Open the file of an application",
        tag=_TAG,
        answers={200: serializers.ReviewSerializer},
        errors=(ConflictOfInterest,),
        description="Written down. The number is whole for the reviewer who holds the work, masked for others.",
    )
    def get(self, _request: Request, application: UUID) -> Response:
        return self.show(readings.open_file(application, by=self.actor, at=self.at))


class DecisionsView(ApiView):
    permission = Permission.APPLICATION_DECIDE

    @operation(
        "staff_compliance_applications_decide",
        summary="Approve or reject an application",
        tag=_TAG,
        request=serializers.DecisionSerializer,
        answers={200: serializers.SummarySerializer},
        errors=(*_REFUSALS, ReasonTextRequired),
        key="accepted",
        example={"verdict": "approve", "reason": "identity_confirmed", **_EXAMPLE},
        description="Needs a live lease on its work, which the decision closes.",
    )
    def post(self, _request: Request, application: UUID) -> Response:
        given = self.body()
        return self.once(lambda: self._decided(application, given))

    def _decided(self, application: UUID, given: Any) -> Answer:
        decide = applications.approve if given["verdict"] == "approve" else applications.reject
        row = decide(
            application,
            item=given["work_item"],
            version=given["work_item_version"],
            reason=given["reason"],
            note=given["note"],
            by=self.actor,
            at=self.at,
        )
        return self.answer(row)


class InformationRequestsView(ApiView):
    permission = Permission.APPLICATION_DECIDE

    @operation(
        "staff_compliance_applications_ask",
        summary="Ask the customer for more",
        tag=_TAG,
        request=serializers.InformationSerializer,
        answers={201: serializers.InformationRequestSerializer},
        errors=_REFUSALS,
        key="accepted",
        example={"items": ["clearer_images"], **_EXAMPLE},
        description="In approved words, within 14 days. Closes the work; the answer opens new work.",
    )
    def post(self, _request: Request, application: UUID) -> Response:
        given = self.body()
        return self.once(lambda: self._asked(application, given))

    def _asked(self, application: UUID, given: Any) -> Answer:
        request = applications.request_more(
            application,
            item=given["work_item"],
            version=given["work_item_version"],
            wanted=given["items"],
            note=given["note"],
            by=self.actor,
            at=self.at,
        )
        return self.answer(request)


class ContentView(ApiView):
    permission = Permission.APPLICATION_DECIDE

    @operation(
        "staff_compliance_documents_show",
        summary="Show an image of an application",
        tag=_TAG,
        answers={200: None},
        errors=(ConflictOfInterest, LeaseLost),
        media=(MediaType.JPEG,),
        description="To the reviewer who holds the work, marked with their id. Written down.",
    )
    def get(self, _request: Request, document: UUID) -> HttpResponse:
        shown = readings.open_document(document, by=self.actor, at=self.at)
        headers = {
            "Content-Disposition": "inline",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(shown.content, content_type=shown.media_type.value, headers=headers)
