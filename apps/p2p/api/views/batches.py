"""Many transfers of the calling customer by one request."""

from typing import Any, cast

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import CustomerRequired
from apps.core.api import idempotency, problems
from apps.core.api.base import ApiView
from apps.core.api.middleware import frame_of
from apps.core.api.operations import operation
from apps.core.api.permissions import CUSTOMER
from apps.core.errors import DomainError
from apps.core.services.idempotency import Answer
from apps.p2p.api import serializers
from apps.p2p.enums import ItemStatus
from apps.p2p.services import batches
from apps.p2p.services.batches import Batch, Order, Outcome


class BatchView(ApiView):
    permission = CUSTOMER

    @operation(
        "transfers_batch",
        summary="Send money to many addresses",
        tag="transfers",
        request=serializers.NewBatchSerializer,
        answers={200: serializers.BatchSerializer},
        errors=(CustomerRequired,),
        key="required",
        description="Each item gets what `transfers_send` would have answered it, in their order, and is refused "
        "alone. What was sent is there at once. Repeat the whole with the same Idempotency-Key; or what is in doubt, "
        "with the same key of its item, in another batch.",
        example={
            "items": [
                {
                    "key": "payroll-2026-03-0001",
                    "wallet": "wal_01k9x4m3qfe8rsd7d9p1x2n5ta",
                    "payee": {"email": "kenji@example.com"},
                    "money": {"amount": 2510, "currency": "USD"},
                    "note": "March",
                }
            ]
        },
    )
    def post(self, request: Request) -> Response:
        given, body = self.body(), cast("dict[str, Any]", request.data)
        batch = Batch(
            scope=f"{idempotency.scope_of(self.actor, request, self.operation)} item",
            orders=[_order(raw, one) for raw, one in zip(body["items"], given["items"], strict=True)],
        )
        return self.once(lambda: self._sent(batch))

    def _sent(self, batch: Batch) -> Answer:
        outcomes = batches.send(batch=batch, by=self.actor, at=self.at)
        return self.answer({"results": [self._result(one) for one in outcomes]})

    def _result(self, outcome: Outcome) -> dict[str, Any]:
        if isinstance(outcome, DomainError):
            problem = problems.document(outcome, frame_of(self.request).request_id)
            return {"status": ItemStatus.REFUSED, "transfer": None, "problem": problem}
        status = ItemStatus.REPLAYED if outcome.replayed else ItemStatus.SENT
        return {"status": status, "transfer": outcome.ref, "problem": None}


def _order(raw: Any, item: dict[str, Any] | DomainError) -> Order | DomainError:
    if isinstance(item, DomainError):
        return item
    return Order(
        wallet=item["wallet"],
        email=item["payee"]["email"],
        money=item["money"],
        note=item["note"],
        key=item["key"],
        request_hash=idempotency.digest(raw),
    )
