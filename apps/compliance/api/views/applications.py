"""A customer's own applications."""

from typing import Any
from uuid import UUID

from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import CountryUnknown, CustomerRequired
from apps.compliance.api import serializers
from apps.compliance.enums import DocumentKind, TargetTier
from apps.compliance.errors import (
    AlreadyApproved,
    ApplicationOpen,
    ChecksIncomplete,
    DocumentDuplicate,
    DocumentHeicRefused,
    DocumentRefused,
    DocumentTooLarge,
    DocumentTypeRefused,
    FactInvalid,
    TooManyDocuments,
)
from apps.compliance.models import KycApplication
from apps.compliance.selectors import applications as reads
from apps.compliance.selectors import documents as document_reads
from apps.compliance.selectors import facts
from apps.compliance.services import applications, documents
from apps.compliance.services.images import Clean
from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.etags import require_match
from apps.core.api.operations import operation
from apps.core.api.permissions import CUSTOMER
from apps.core.api.serializers import PageQuery
from apps.core.errors import InvalidState
from apps.core.services.idempotency import Answer

_TAG = "identity"
_FORM_BYTES = 64 * 1024
"""What a form may add to the image inside it."""


class KycView(ApiView):
    """Base of what lies below one application of the caller."""

    permission = CUSTOMER

    def own(self, application: UUID) -> KycApplication:
        """Return the application. Raises: not_found for anybody else's."""
        return reads.application_for(application, by=self.actor)


class ApplicationsView(ApiView):
    permission = CUSTOMER
    query = PageQuery

    @operation(
        "kyc_applications_list",
        summary="List my applications",
        tag=_TAG,
        answers={200: serializers.SummarySerializer},
        errors=(CustomerRequired,),
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        return self.page(pagination.of_queryset(reads.own(self.actor)))

    @operation(
        "kyc_applications_start",
        summary="Begin an application",
        tag=_TAG,
        request=serializers.NewApplicationSerializer,
        answers={201: serializers.SummarySerializer},
        errors=(CustomerRequired, ApplicationOpen, AlreadyApproved, InvalidState),
        key="accepted",
        example={"target_tier": "tier1"},
        description="Opens a draft; state facts, add images, then submit it.",
    )
    def post(self, _request: Request) -> Response:
        given = self.body()
        return self.once(lambda: self._started(given["target_tier"]))

    def _started(self, tier: str) -> Answer:
        customer = reads.applicant(self.actor)
        row = applications.start(customer=customer, tier=TargetTier(tier), by=self.actor, at=self.at)
        return self.answer(row, location=f"/api/v1/kyc/applications/{row.ref}")


class ApplicationView(KycView):
    @operation(
        "kyc_applications_read",
        summary="Read an application",
        tag=_TAG,
        answers={200: serializers.ApplicationSerializer},
        errors=(CustomerRequired,),
    )
    def get(self, _request: Request, application: UUID) -> Response:
        return self.show(reads.view(self.own(application)))

    @operation(
        "kyc_applications_state",
        summary="State facts",
        tag=_TAG,
        request=serializers.FactsChangeSerializer,
        answers={200: serializers.ApplicationSerializer},
        errors=(CustomerRequired, InvalidState, FactInvalid, CountryUnknown),
        needs_match=True,
        example={"facts": {"legal_name": "Ada Okonkwo", "born_on": "1990-02-28", "nationality": "NG"}},
        description="In a draft, or when more was asked for.",
    )
    def patch(self, request: Request, application: UUID) -> Response:
        own, given = self.own(application), self.body()
        row = applications.update(
            own.pk,
            stated=facts.of_plain(given["facts"]),
            version=require_match(request, own.version),
            by=self.actor,
            at=self.at,
        )
        return self.show(reads.view(row))


class SubmitView(KycView):
    @operation(
        "kyc_applications_submit",
        summary="Submit an application",
        tag=_TAG,
        answers={200: serializers.SummarySerializer},
        errors=(CustomerRequired, ChecksIncomplete, InvalidState),
        key="accepted",
        description="A person reviews it. After a request for more, this is the answer to it.",
    )
    def post(self, _request: Request, application: UUID) -> Response:
        own = self.own(application)
        return self.once(lambda: self.answer(applications.submit(own.pk, by=self.actor, at=self.at)))


class DocumentsView(KycView):
    throttle = "uploads"
    parser_classes = (MultiPartParser,)
    image: Clean

    @operation(
        "kyc_documents_add",
        summary="Add an image",
        tag=_TAG,
        request=serializers.NewDocumentSerializer,
        answers={201: serializers.KycDocumentSerializer},
        errors=(
            *(CustomerRequired, InvalidState, DocumentDuplicate, TooManyDocuments),
            *(DocumentTooLarge, DocumentRefused, DocumentTypeRefused, DocumentHeicRefused),
        ),
        key="accepted",
        description=(
            "JPEG or PNG by content, whatever the name says. The image is written anew without metadata, kept "
            "encrypted, and shown to the reviewer alone."
        ),
    )
    def post(self, request: Request, application: UUID) -> Response:
        own, given = self.own(application), self._form(request)
        return self.once(lambda: self._added(own, given["kind"]), before=lambda: self._prepare(own, given["file"]))

    def _form(self, request: Request) -> Any:
        """Return the form, unless its stated length says that it need not be read."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > documents.MOST_BYTES + _FORM_BYTES:
            raise DocumentTooLarge(limit_bytes=documents.MOST_BYTES)
        return self.body()

    def _prepare(self, own: KycApplication, file: Any) -> None:
        """Write the image anew before the unit opens: nothing waits for a decoder."""
        self.image = documents.prepare(own.pk, content=file.read())

    def _added(self, own: KycApplication, kind: str) -> Answer:
        document = documents.add(own.pk, kind=DocumentKind(kind), image=self.image, by=self.actor, at=self.at)
        return self.answer(document)


class DocumentView(ApiView):
    permission = CUSTOMER

    @operation(
        "kyc_documents_remove",
        summary="Remove an image",
        tag=_TAG,
        answers={204: None},
        errors=(CustomerRequired, InvalidState),
        needs_match=True,
    )
    def delete(self, request: Request, document: UUID) -> Response:
        own = document_reads.document_for(document, by=self.actor)
        documents.remove(own.pk, version=require_match(request, own.version), by=self.actor, at=self.at)
        return self.show()
