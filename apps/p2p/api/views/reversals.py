"""Sending money back, by staff on the console's host."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import WalletClosed
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.services.idempotency import Answer
from apps.ledger.errors import InsufficientFunds
from apps.p2p.api import serializers
from apps.p2p.enums import Permission
from apps.p2p.errors import AlreadyReversed
from apps.p2p.services import transfers
from apps.workflow.errors import ReasonUnknown


class ReversalView(ApiView):
    permission = Permission.TRANSFER_REVERSE

    @operation(
        "staff_p2p_transfers_reverse",
        summary="Send the money of a transfer back",
        tag="staff: transfers",
        request=serializers.ReversalSerializer,
        answers={200: serializers.StaffTransferSerializer},
        errors=(ReasonUnknown, AlreadyReversed, WalletClosed, InsufficientFunds),
        key="required",
        description="All of it or nothing: never more than the receiver has available. The sender's limits get back "
        "what the transfer had used.",
        example={"reason": "fraud"},
    )
    def post(self, _request: Request, transfer: UUID) -> Response:
        given = self.body()
        return self.once(lambda: self._reversed(transfer, given["reason"]))

    def _reversed(self, transfer: UUID, reason: str) -> Answer:
        return self.answer(transfers.reverse(transfer, reason=reason, by=self.actor, at=self.at))
