"""Cards of the calling customer, by the partner's tokens."""

from uuid import UUID

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import CustomerRequired
from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.etags import require_match
from apps.core.api.operations import operation
from apps.core.api.permissions import CUSTOMER
from apps.core.api.serializers import PageQuery
from apps.core.services.idempotency import Answer
from apps.payments.api import serializers
from apps.payments.errors import MethodInUse, MethodNotReady, TooManyCards
from apps.payments.selectors import methods
from apps.payments.services import payment_methods


class MethodsView(ApiView):
    permission = CUSTOMER
    query = PageQuery

    @operation(
        "payment_methods_list",
        summary="List my payment methods",
        tag="payment-methods",
        answers={200: serializers.MethodSerializer},
        errors=(CustomerRequired,),
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        return self.page(pagination.of_queryset(methods.methods_for(by=self.actor)))

    @operation(
        "payment_methods_add",
        summary="Add a card",
        tag="payment-methods",
        request=serializers.NewMethodSerializer,
        answers={202: serializers.MethodSerializer},
        errors=(CustomerRequired, TooManyCards),
        key="accepted",
        description=(
            "By the card partner's token. It is `pending` until the partner has answered; read it again. "
            "Only so many cards are added within 24 hours, refused and removed ones counted."
        ),
        example={"token": "pm_card_visa"},
    )
    def post(self, _request: Request) -> Response:
        given = self.body()
        return self.once(lambda: self._added(given["token"]))

    def _added(self, token: str) -> Answer:
        made = payment_methods.add(token=token, most=settings.CARDS_A_DAY, by=self.actor, at=self.at)
        return self.answer(made, location=f"/api/v1/payment-methods/{made.ref}")


class MethodView(ApiView):
    permission = CUSTOMER

    @operation(
        "payment_methods_read",
        summary="Read a payment method",
        tag="payment-methods",
        answers={200: serializers.MethodSerializer},
        errors=(CustomerRequired,),
    )
    def get(self, _request: Request, payment_method: UUID) -> Response:
        return self.show(methods.one_for(payment_method, by=self.actor))

    @operation(
        "payment_methods_remove",
        summary="Remove a card",
        tag="payment-methods",
        answers={204: None},
        errors=(CustomerRequired, MethodInUse, MethodNotReady),
        needs_match=True,
        description="The card partner forgets it too. Top-ups that came by it stay.",
    )
    def delete(self, request: Request, payment_method: UUID) -> Response:
        version = require_match(request, methods.one_for(payment_method, by=self.actor).version)
        payment_methods.remove(payment_method, version=version, by=self.actor, at=self.at)
        return self.show()
