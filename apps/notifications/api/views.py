"""The inbox of whoever is signed in."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.api.permissions import CUSTOMER
from apps.core.errors import NotFound
from apps.notifications.api.serializers import InboxQuery, MessageSerializer, ReadAllSerializer, UnreadSerializer
from apps.notifications.selectors import inbox as selectors
from apps.notifications.services import inbox

_TAG = "inbox"


class InboxView(ApiView):
    permission = CUSTOMER
    query = InboxQuery

    @operation(
        "inbox_list",
        summary="List own messages",
        tag=_TAG,
        answers={200: MessageSerializer},
        is_list=True,
        description="Newest first.",
    )
    def get(self, _request: Request) -> Response:
        rows = selectors.messages_for(
            by=self.actor, after_seq=self.params.get("after_seq"), state=self.params.get("state")
        )
        source = pagination.of_queryset(rows, order=("-seq",))
        opened = pagination.Source(
            lambda window: selectors.opened(rows=source.fetch(window)), lambda item: (str(item.seq),)
        )
        return self.page(opened)


class UnreadView(ApiView):
    permission = CUSTOMER

    @operation("inbox_unread", summary="Count own unread messages", tag=_TAG, answers={200: UnreadSerializer})
    def get(self, _request: Request) -> Response:
        return self.show(selectors.count_for(by=self.actor))


class ReadView(ApiView):
    permission = CUSTOMER

    @operation(
        "inbox_read",
        summary="Mark a message as read",
        tag=_TAG,
        answers={200: MessageSerializer},
        key="accepted",
        description="Once read, the mark stays as it is.",
    )
    def post(self, _request: Request, id: UUID) -> Response:  # noqa: A002 - the name in the path
        return self.once(lambda: self.answer(inbox.read(notification=id, by=self.actor, at=self.at)))


class ReadAllView(ApiView):
    permission = CUSTOMER

    @operation(
        "inbox_read_all",
        summary="Mark messages as read",
        tag=_TAG,
        request=ReadAllSerializer,
        answers={200: UnreadSerializer},
        errors=(NotFound,),
        key="accepted",
        example={"up_to": "ntf_01jd3n5xbp8k7q2v9c4m6tahwz"},
        description="Marks the named message and all older ones. What arrived meanwhile stays unread.",
    )
    def post(self, _request: Request) -> Response:
        up_to = self.body()["up_to"]
        return self.once(lambda: self.answer(inbox.read_all(up_to=up_to, by=self.actor, at=self.at)))
