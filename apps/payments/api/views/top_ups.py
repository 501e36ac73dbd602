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
from apps.core.errors import InvalidReference, InvalidState
from apps.core.services.idempotency import Answer
from apps.payments.api import serializers
from apps.payments.errors import AmountOutOfRange, CurrencyNotOffered, MethodNotReady
from apps.payments.selectors import top_ups as reads
from apps.payments.services import cancellations, top_ups

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
        answers={202: serializers.TopUpStateSerializer},
        errors=_REFUSALS,
        key="required",
        description=(
            "Accepted means reserved: the card is charged afterwards, and the wallet is credited once when the money "
            "was taken. Read it again until `status` is `captured`, `declined`, `canceled` or `failed`; `unknown` is "
            "clarified by itself and never charged twice. In `requires_action` the card's bank asks its owner: "
            "`next_action` says with what."
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
        return self.answer(reads.state_of(made), location=f"/api/v1/top-ups/{made.ref}")


class TopUpView(ApiView):
    permission = CUSTOMER

    @operation(
        "top_ups_read",
        summary="Read a top-up",
        tag="top-ups",
        answers={200: serializers.TopUpStateSerializer},
        errors=(CustomerRequired,),
    )
    def get(self, _request: Request, top_up: UUID) -> Response:
        return self.show(reads.state_of(reads.one_for(top_up, by=self.actor)))


class ConfirmView(ApiView):
    permission = CUSTOMER

    @operation(
        "top_ups_confirm",
        summary="Say that the bank was answered",
        tag="top-ups",
        answers={202: serializers.TopUpStateSerializer},
        errors=(CustomerRequired,),
        key="accepted",
        description="The partner is asked afterwards: read the top-up again. Its events tell it as well.",
    )
    def post(self, _request: Request, top_up: UUID) -> Response:
        return self.once(lambda: self._confirmed(top_up))

    def _confirmed(self, top_up: UUID) -> Answer:
        return self.answer(reads.state_of(cancellations.confirmed(top_up, by=self.actor, at=self.at)))


class CancelView(ApiView):
    permission = CUSTOMER

    @operation(
        "top_ups_cancel",
        summary="Drop a top-up that waits for me",
        tag="top-ups",
        answers={202: serializers.TopUpStateSerializer},
        errors=(CustomerRequired, InvalidState),
        key="accepted",
        description="Only while it is `requires_action`. It is `canceled` once the partner has ended it.",
    )
    def post(self, _request: Request, top_up: UUID) -> Response:
        return self.once(lambda: self._canceled(top_up))

    def _canceled(self, top_up: UUID) -> Answer:
        return self.answer(reads.state_of(cancellations.cancel(top_up, by=self.actor, at=self.at)))
