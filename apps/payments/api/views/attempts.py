"""Calls to partners as staff see them, and the end of a payment without an outcome; on the console's host only."""

from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from apps.compliance.errors import ConflictOfInterest
from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.errors import InvalidState, Stale
from apps.core.services.idempotency import Answer
from apps.payments.api import serializers
from apps.payments.enums import Permission, Settlement
from apps.payments.errors import NoEvidence, SecondPersonNeeded
from apps.payments.selectors import evidence, top_ups
from apps.payments.services import settlements
from apps.workflow.errors import LeaseLost, ReasonTextRequired, ReasonUnknown

_TAG = "staff: payments"


class AttemptsView(ApiView):
    permission = Permission.ATTEMPT_VIEW
    query = serializers.AttemptQuery

    @operation(
        "staff_payments_attempts_list",
        summary="List calls to partners",
        tag=_TAG,
        answers={200: serializers.AttemptSerializer},
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        return self.page(pagination.of_queryset(evidence.calls(self.params.get("subject", ""))))


class AttemptView(ApiView):
    permission = Permission.ATTEMPT_VIEW

    @operation(
        "staff_payments_attempts_read",
        summary="Read a call to a partner",
        tag=_TAG,
        answers={200: serializers.AttemptSerializer},
    )
    def get(self, _request: Request, attempt: UUID) -> Response:
        return self.show(evidence.call(attempt))


class EvidenceView(ApiView):
    permission = Permission.ATTEMPT_VIEW

    @operation(
        "staff_payments_attempts_evidence",
        summary="Read what the partner last said of a payment",
        tag=_TAG,
        answers={200: serializers.ReadSerializer},
    )
    def get(self, _request: Request, attempt: UUID) -> Response:
        row = top_ups.of_attempt(attempt)
        return self.show(evidence.seen(row, at=self.at))


class RereadView(ApiView):
    permission = Permission.ATTEMPT_RESOLVE

    @operation(
        "staff_payments_attempts_reread",
        summary="Ask the partner about a payment now",
        tag=_TAG,
        answers={202: serializers.ReadSerializer},
        errors=(ConflictOfInterest, InvalidState),
        key="accepted",
        description="Asked after the answer: read the evidence again. What is found moves the payment by itself.",
    )
    def post(self, _request: Request, attempt: UUID) -> Response:
        row = top_ups.of_attempt(attempt)
        return self.once(lambda: self._asked(row.pk))

    def _asked(self, top_up: UUID) -> Answer:
        row = settlements.reread(top_up, by=self.actor, at=self.at)
        return self.answer(evidence.seen(row, at=self.at))


class ResolveView(ApiView):
    permission = Permission.ATTEMPT_RESOLVE

    @operation(
        "staff_payments_attempts_resolve",
        summary="End a payment without an outcome as the partner says",
        tag=_TAG,
        request=serializers.SettleSerializer,
        answers={200: serializers.ReadSerializer},
        errors=(
            *(ConflictOfInterest, LeaseLost, NoEvidence, ReasonTextRequired, ReasonUnknown, SecondPersonNeeded, Stale),
        ),
        key="required",
        example={
            "ended": "failed",
            "reason": "partner_says",
            "work_item": "wki_01jd3n5xbp8k7q2v9c4m6tahwz",
            "work_item_version": 2,
        },
        description=(
            "Needs a live lease on its work, which this closes. A payment that a reading has moved is only confirmed; "
            "one of which the partner knows nothing, by a reading of this hour, made when its key was forgotten, fails."
        ),
    )
    def post(self, _request: Request, attempt: UUID) -> Response:
        given, row = self.body(), top_ups.of_attempt(attempt)
        return self.once(lambda: self._settled(row.pk, given))

    def _settled(self, top_up: UUID, given: Any) -> Answer:
        row = settlements.settle(
            top_up,
            ended=Settlement(given["ended"]),
            alone=settings.SETTLE_ALONE_MOST,
            item=given["work_item"],
            version=given["work_item_version"],
            reason=given["reason"],
            note=given["note"],
            by=self.actor,
            at=self.at,
        )
        return self.answer(evidence.seen(row, at=self.at))
