"""Top-ups of the calling customer."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import (
    CustomerFrozen,
    CustomerRequired,
    LimitExceeded,
    LimitMissing,
    NoSuchBalance,
    WalletClosed,
    WalletFrozen,
)
from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.api.permissions import CUSTOMER
from apps.core.api.serializers import PageQuery
from apps.core.errors import InvalidReference
from apps.core.services.idempotency import Answer
from apps.payments.api import serializers
from apps.payments.errors import AmountOutOfRange, CurrencyNotOffered, MethodNotReady
from apps.payments.selectors import top_ups as reads
from apps.payments.services import top_ups

_REFUSALS = (
    AmountOutOfRange,
    CurrencyNotOffered,
    CustomerFrozen,
    CustomerRequired,
    InvalidReference,
    LimitExceeded,
    LimitMissing,
    MethodNotReady,
    NoSuchBalance,
    WalletClosed,
    WalletFrozen,
)


class TopUpsView(ApiView):
    permission = CUSTOMER
    query = PageQuery

    @operation(
        "top_ups_list",
        summary="List my top-ups",
        tag="top-ups",
        answers={200: serializers.TopUpSerializer},
        errors=(CustomerRequired,),
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        return self.page(pagination.of_queryset(reads.top_ups_for(by=self.actor)))

    @operation(
        "top_ups_create",
        summary="Top up a wallet by card",
        tag="top-ups",
        request=serializers.NewTopUpSerializer,
        answers={202: serializers.TopUpSerializer},
        errors=_REFUSALS,
        key="required",
        description=(
            "Accepted means reserved: the card is charged afterwards, and the wallet is credited once when the money "
            "was taken. Read it again until `status` is `captured`, `declined` or `failed`; `unknown` is clarified by "
            "itself and never charged twice."
        ),
        example={
            "wallet": "wal_01kvvwhnh2f8z9s5a8tyxx97xb",
            "payment_method": "pme_01kvvwhnh2f8z9s5a8tyxx97xc",
            "money": {"amount": 20000, "currency": "USD"},
        },
    )
    def post(self, _request: Request) -> Response:
        given = self.body()
        return self.once(lambda: self._created(given))

    def _created(self, given: dict[str, Any]) -> Answer:
        made = top_ups.create(
            wallet=given["wallet"],
            payment_method=given["payment_method"],
            money=given["money"],
            by=self.actor,
            at=self.at,
        )
        return self.answer(made, location=f"/api/v1/top-ups/{made.ref}")


class TopUpView(ApiView):
    permission = CUSTOMER

    @operation(
        "top_ups_read",
        summary="Read a top-up",
        tag="top-ups",
        answers={200: serializers.TopUpSerializer},
        errors=(CustomerRequired,),
    )
    def get(self, _request: Request, top_up: UUID) -> Response:
        return self.show(reads.one_for(top_up, by=self.actor))
