"""Transfers of the calling customer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.enums import Direction
from apps.accounts.errors import (
    CustomerFrozen,
    CustomerRequired,
    LimitExceeded,
    LimitMissing,
    NoSuchBalance,
    WalletClosed,
    WalletFrozen,
)
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.api.pagination import Source, Window
from apps.core.api.permissions import CUSTOMER
from apps.core.errors import InvalidReference
from apps.core.services.idempotency import Answer
from apps.ledger.errors import InsufficientFunds
from apps.p2p.api import serializers
from apps.p2p.errors import PayeeCannotReceive, PayeeIsPayer, PayeeUnknown
from apps.p2p.selectors import transfers as reads
from apps.p2p.selectors.transfers import TransferView as Seen
from apps.p2p.services import previews, transfers

_TAG = "transfers"
_OWN_FAULTS = (
    CustomerRequired,
    InvalidReference,
    PayeeIsPayer,
    WalletFrozen,
    WalletClosed,
    CustomerFrozen,
    NoSuchBalance,
    LimitMissing,
)
_EXAMPLE = {
    "wallet": "wal_01k9x4m3qfe8rsd7d9p1x2n5ta",
    "payee": {"email": "kenji@example.com"},
    "money": {"amount": 2510, "currency": "USD"},
    "note": "Lunch",
}


class TransfersView(ApiView):
    permission = CUSTOMER
    query = serializers.TransfersQuery

    @operation(
        "transfers_list",
        summary="List my transfers",
        tag=_TAG,
        answers={200: serializers.TransferSerializer},
        errors=(CustomerRequired,),
        is_list=True,
        description="What was sent and what was received, newest first.",
    )
    def get(self, _request: Request) -> Response:
        return self.page(Source(self._fetched, lambda seen: (str(seen.id),)))

    @operation(
        "transfers_send",
        summary="Send money to an e-mail address",
        tag=_TAG,
        request=serializers.NewTransferSerializer,
        answers={201: serializers.TransferSerializer},
        errors=(*_OWN_FAULTS, LimitExceeded, InsufficientFunds, PayeeUnknown, PayeeCannotReceive),
        key="required",
        description="The money is there at once. An address that nobody has verified, and one whose customer keeps no "
        "such currency, are refused alike.",
        example=_EXAMPLE,
    )
    def post(self, _request: Request) -> Response:
        given = self.body()
        return self.once(lambda: self._sent(given))

    def _fetched(self, window: Window) -> Sequence[Seen]:
        direction = self.params.get("direction")
        return reads.page_for(
            by=self.actor,
            direction=None if direction is None else Direction(direction),
            after=UUID(window.after[0]) if window.after else None,
            is_backward=window.is_backward,
            limit=window.limit,
        )

    def _sent(self, given: dict[str, Any]) -> Answer:
        seen = transfers.send(
            payer_wallet=given["wallet"],
            payee_email=given["payee"]["email"],
            money=given["money"],
            note=given["note"],
            by=self.actor,
            at=self.at,
        )
        return self.answer(seen, location=f"/api/v1/transfers/{seen.ref}")


class TransferView(ApiView):
    permission = CUSTOMER

    @operation(
        "transfers_read",
        summary="Read a transfer",
        tag=_TAG,
        answers={200: serializers.TransferSerializer},
        errors=(CustomerRequired,),
    )
    def get(self, _request: Request, transfer: UUID) -> Response:
        return self.show(reads.one_for(transfer, by=self.actor))


class PreviewView(ApiView):
    permission = CUSTOMER

    @operation(
        "transfers_preview",
        summary="See what a transfer would do",
        tag=_TAG,
        request=serializers.NewTransferSerializer,
        answers={200: serializers.PreviewSerializer},
        errors=_OWN_FAULTS,
        description="Nothing is moved. The display name of the payee is told for a number of look-ups a day; every "
        "other answer looks the same, whoever has the address.",
        example=_EXAMPLE,
    )
    def post(self, _request: Request) -> Response:
        given = self.body()
        preview = previews.preview(
            payer_wallet=given["wallet"],
            payee_email=given["payee"]["email"],
            money=given["money"],
            names_a_day=settings.PAYEE_NAMES_A_DAY,
            by=self.actor,
            at=self.at,
        )
        return self.show(preview)
