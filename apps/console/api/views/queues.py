"""Queues and work, for those who work on them; on the console's host only."""

from functools import partial
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.console.api import serializers
from apps.console.errors import OwnWork
from apps.console.selectors import queues as reads
from apps.console.services import queues
from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.api.serializers import PageQuery
from apps.core.errors import InvalidState, NotFound
from apps.core.services.idempotency import Answer
from apps.workflow.enums import Permission, Queue
from apps.workflow.errors import FreePickRefused, LeaseLost, ReasonUnknown, SnoozeInvalid, TooManyLeases

_TAG = "staff: work"


class WorkView(ApiView):
    """Base of the views of work: only queues whose permission the caller holds are there."""

    permission = Permission.WORK_ITEM_CLAIM

    def queues(self) -> list[Queue]:
        """Return the caller's queues."""
        return reads.of_person(self.request.user)

    def one(self, item: UUID) -> Any:
        """Return a piece of work of the caller's queues. Raises: not_found."""
        return reads.item(item, queues=self.queues())


class QueuesView(WorkView):
    query = PageQuery

    @operation(
        "staff_console_queues_list",
        summary="List my queues",
        tag=_TAG,
        answers={200: serializers.QueueSerializer},
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        cards = reads.cards(self.queues(), at=self.at)
        return self.page(pagination.of_sequence(cards, lambda card: str(card.code)))


class QueueItemsView(WorkView):
    query = PageQuery

    @operation(
        "staff_console_queues_items",
        summary="List the work of a queue",
        tag=_TAG,
        answers={200: serializers.WorkItemSerializer},
        errors=(NotFound,),
        is_list=True,
    )
    def get(self, _request: Request, code: str) -> Response:
        queue = reads.one_of(self.queues(), code)
        return self.page(pagination.of_queryset(reads.items(queue), ("id",)))


class ClaimNextView(WorkView):
    @operation(
        "staff_console_queues_claim_next",
        summary="Take the next piece of work",
        tag=_TAG,
        answers={200: serializers.WorkItemSerializer, 204: None},
        errors=(NotFound, TooManyLeases),
        key="accepted",
        description=(
            "The most urgent that waits and fits the caller, under a lease; 204 when nothing waits. Extend the lease "
            "by a heartbeat every minute."
        ),
    )
    def post(self, _request: Request, code: str) -> Response:
        queue = reads.one_of(self.queues(), code)
        return self.once(partial(self._taken, queue))

    def _taken(self, queue: Queue) -> Answer:
        found = queues.claim_next(queue=queue.code, by=self.actor, at=self.at)
        return self.answer(found) if found else self.answer(status=204)


class MineView(WorkView):
    query = PageQuery

    @operation(
        "staff_console_work_items_mine",
        summary="List the work that I hold",
        tag=_TAG,
        answers={200: serializers.WorkItemSerializer},
        is_list=True,
    )
    def get(self, _request: Request) -> Response:
        return self.page(pagination.of_queryset(reads.mine(self.actor), ("id",)))


class ItemView(WorkView):
    @operation(
        "staff_console_work_items_read",
        summary="Read a piece of work",
        tag=_TAG,
        answers={200: serializers.WorkItemSerializer},
    )
    def get(self, _request: Request, item: UUID) -> Response:
        return self.show(self.one(item))


class EventsView(WorkView):
    query = PageQuery

    @operation(
        "staff_console_work_items_events",
        summary="List what happened to a piece of work",
        tag=_TAG,
        answers={200: serializers.WorkItemEventSerializer},
        is_list=True,
    )
    def get(self, _request: Request, item: UUID) -> Response:
        return self.page(pagination.of_queryset(reads.events(self.one(item).pk), ("id",)))


class ClaimView(WorkView):
    @operation(
        "staff_console_work_items_claim",
        summary="Take a chosen piece of work",
        tag=_TAG,
        answers={200: serializers.WorkItemSerializer},
        errors=(FreePickRefused, OwnWork, TooManyLeases, InvalidState),
        key="accepted",
        description="For leads, and for who held it until the lease ran out.",
    )
    def post(self, _request: Request, item: UUID) -> Response:
        one = self.one(item)
        return self.once(
            lambda: self.answer(queues.claim(one.pk, customer=one.customer_ref, by=self.actor, at=self.at))
        )


class HeartbeatView(WorkView):
    @operation(
        "staff_console_work_items_heartbeat",
        summary="Extend my lease",
        tag=_TAG,
        answers={200: serializers.WorkItemSerializer},
        errors=(LeaseLost,),
        description="The version stays. `lease_lost` says that the work is to be claimed again.",
    )
    def post(self, _request: Request, item: UUID) -> Response:
        return self.show(queues.heartbeat(self.one(item).pk, by=self.actor, at=self.at))


class ReleaseView(WorkView):
    @operation(
        "staff_console_work_items_release",
        summary="Give work back",
        tag=_TAG,
        answers={200: serializers.WorkItemSerializer},
        errors=(LeaseLost,),
        key="accepted",
    )
    def post(self, _request: Request, item: UUID) -> Response:
        one = self.one(item)
        return self.once(lambda: self.answer(queues.release(one.pk, by=self.actor, at=self.at)))


class SkipView(WorkView):
    @operation(
        "staff_console_work_items_skip",
        summary="Leave work to others",
        tag=_TAG,
        request=serializers.ReasonSerializer,
        answers={200: serializers.WorkItemSerializer},
        errors=(LeaseLost, ReasonUnknown),
        key="accepted",
        example={"reason": "language"},
    )
    def post(self, _request: Request, item: UUID) -> Response:
        one, given = self.one(item), self.body()
        return self.once(lambda: self.answer(queues.skip(one.pk, reason=given["reason"], by=self.actor, at=self.at)))


class SnoozeView(WorkView):
    @operation(
        "staff_console_work_items_snooze",
        summary="Put work off",
        tag=_TAG,
        request=serializers.SnoozeSerializer,
        answers={200: serializers.WorkItemSerializer},
        errors=(LeaseLost, ReasonUnknown, SnoozeInvalid),
        key="accepted",
        example={"reason": "awaiting_answer", "until": "2026-12-01T09:00:00Z"},
    )
    def post(self, _request: Request, item: UUID) -> Response:
        one, given = self.one(item), self.body()
        return self.once(partial(self._snoozed, one.pk, given))

    def _snoozed(self, item: UUID, given: Any) -> Answer:
        return self.answer(queues.snooze(item, until=given["until"], reason=given["reason"], by=self.actor, at=self.at))
