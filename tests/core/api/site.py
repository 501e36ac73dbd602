"""Addresses that exist in tests only: endpoints of every form, on the rows of core."""

from dataclasses import dataclass, replace
from typing import Any

import redis
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.http import HttpResponse
from django.urls import include, path
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.serializers import FileField, ListField

from apps.core import audit, db
from apps.core.actors import Actor
from apps.core.api import pagination
from apps.core.api.authentication import SessionToken
from apps.core.api.base import ApiView
from apps.core.api.etags import require_match
from apps.core.api.fields import (
    CodeField,
    DayField,
    DecimalField,
    FlagField,
    IdField,
    InstantField,
    MoneyField,
    TextField,
    WholeField,
)
from apps.core.api.operations import operation
from apps.core.api.paths import typed_ids
from apps.core.api.permissions import CUSTOMER, Public
from apps.core.api.serializers import InputSerializer, OutputSerializer, PageQuery
from apps.core.errors import Invalid
from apps.core.models import AuditEvent
from config import urls as product

typed_ids("evt")
handler400, handler403 = product.handler400, product.handler403
handler404, handler500 = product.handler404, product.handler500


@dataclass(frozen=True)
class Person:
    name: str
    codes: frozenset[str] = frozenset()

    def has_perm(self, code):
        return code in self.codes


@dataclass(frozen=True)
class Login:
    actor_id: str
    kind: str

    def actor(self, via):
        return Actor(kind=self.kind, id=self.actor_id, via=replace(via, login_ref="lgn_1"))


PEOPLE = {
    "ann": (Person("ann"), Login("usr_ann", "customer")),
    "bob": (Person("bob"), Login("usr_bob", "customer")),
    "staff": (Person("staff", frozenset({"core.note.read"})), Login("usr_staff", "staff")),
    "clerk": (Person("clerk"), Login("usr_clerk", "staff")),
}


class Token(SessionToken):
    def authenticate(self, request):
        return PEOPLE.get(request.headers.get("X-Session-Token"))


class Refused(Invalid):
    """The note was refused. Write another one."""

    code = "test_note_refused"
    title = "Refused"


class TargetSerializer(InputSerializer):
    note = IdField(prefix="evt")


class NoteInSerializer(InputSerializer):
    text = TextField(max_length=40)
    target = TargetSerializer(required=False)
    money = MoneyField(required=False, is_positive=True)
    balance = MoneyField(required=False)
    count = WholeField(required=False, min_value=0)
    flag = FlagField(required=False)
    kind = CodeField(choices=["short", "long"], required=False)
    at = InstantField(required=False)
    on = DayField(required=False)
    rate = DecimalField(required=False)
    tags = ListField(child=TextField(max_length=5), required=False)


class NoteSerializer(OutputSerializer):
    id = IdField(prefix="evt")
    text = TextField(source="subject_label")
    at = InstantField()


class EchoSerializer(OutputSerializer):
    given = TextField()


class TitleSerializer(InputSerializer):
    title = TextField(max_length=40)


class RowSerializer(OutputSerializer):
    version = WholeField()


class NoteQuery(PageQuery):
    text = TextField(required=False, max_length=40)


class Guarded(ApiView):
    """The sign-in of the tests, with nothing of its own."""

    permission = CUSTOMER
    authentication_classes = (Token,)


def write(text: str, view: ApiView) -> AuditEvent:
    with db.unit(by=view.actor, at=view.at, why="test"):
        if text == "refuse":
            audit.record(action="test.note.write", subject="note", subject_label=text)
            raise Refused(field="text", limit=3)
        event = audit.record(action="test.note.write", subject="note", subject_label=text)
        db.current().flush()
    return AuditEvent.objects.get(pk=event)


class NotesView(Guarded):
    query = NoteQuery

    @operation("notes_list", summary="List notes", tag="notes", answers={200: NoteSerializer}, is_list=True)
    def get(self, _request):
        rows = AuditEvent.objects.filter(action="test.note.write", actor_id=self.actor.id)
        if "text" in self.params:
            rows = rows.filter(subject_label=self.params["text"])
        return self.page(pagination.of_queryset(rows))

    @operation(
        "notes_write",
        summary="Write a note",
        tag="notes",
        request=NoteInSerializer,
        answers={201: NoteSerializer},
        errors=(Refused,),
        key="accepted",
        example={"text": "hello"},
    )
    def post(self, _request):
        given = self.body()
        return self.once(lambda: self._made(given))

    def _made(self, given: dict[str, Any]):
        note = write(given["text"], self)
        return self.answer(note, location=f"/api/v1/notes/{note.ref}")


class PaymentsView(Guarded):
    @operation(
        "payments_make",
        summary="Pay",
        tag="payments",
        request=NoteInSerializer,
        answers={201: NoteSerializer},
        key="required",
    )
    def post(self, _request):
        given = self.body()
        return self.once(lambda: self.answer(write(given["text"], self)))


class NoteView(Guarded):
    @operation("notes_read", summary="Read a note", tag="notes", answers={200: RowSerializer})
    def get(self, _request, id):  # noqa: A002 - the name in the path
        return self.show({"version": 3})

    @operation(
        "notes_change",
        summary="Change a note",
        tag="notes",
        request=TitleSerializer,
        answers={200: RowSerializer},
        needs_match=True,
    )
    def patch(self, request, id):  # noqa: A002 - the name in the path
        self.body()
        return self.show({"version": require_match(request, 3) + 1})

    @operation("notes_remove", summary="Remove a note", tag="notes", answers={204: None}, needs_match=True)
    def delete(self, request, id):  # noqa: A002 - the name in the path
        require_match(request, 3)
        return self.show()


class FileSerializer(InputSerializer):
    kind = CodeField(choices=["short", "long"])
    file = FileField()


class FilesView(Guarded):
    parser_classes = (MultiPartParser,)

    @operation(
        "files_send",
        summary="Send a file",
        tag="files",
        request=FileSerializer,
        answers={200: None},
        media=("image/png",),
    )
    def post(self, _request):
        return HttpResponse(self.body()["file"].read(), content_type="image/png")


class EchoView(Guarded):
    permission = Public(reason="a test")
    throttle = "public"

    @operation("echo", summary="Echo", tag="test", request=NoteInSerializer, answers={200: EchoSerializer})
    def post(self, _request):
        return Response({name: str(value) for name, value in self.body().items()})


class StaffView(Guarded):
    permission = {"GET": "core.note.read", "POST": "core.note.write"}

    @operation("staff_read", summary="Read as staff", tag="staff", answers={200: EchoSerializer})
    def get(self, _request):
        return self.show({"given": "secret"})

    @operation("staff_write", summary="Write as staff", tag="staff", answers={200: EchoSerializer})
    def post(self, _request):
        return self.show({"given": "written"})


class FaultView(Guarded):
    permission = Public(reason="a test")

    @operation("fault", summary="Fail", tag="test", answers={200: EchoSerializer})
    def get(self, _request, kind):
        if kind == "bug":
            message = "4111 1111 1111 1111"
            raise ZeroDivisionError(message)
        if kind == "suspicious":
            message = "inside"
            raise SuspiciousOperation(message)
        if kind == "redis":
            redis.Redis.from_url("unix:///nowhere/redis.sock").ping()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '20ms'")
            cursor.execute("SELECT pg_sleep(1)")


urlpatterns = [
    path(
        "api/v1/",
        include(
            [
                path("", include("config.api")),
                path("notes", NotesView.as_view(), name="notes"),
                path("notes/<evt:id>", NoteView.as_view(), name="note"),
                path("payments", PaymentsView.as_view(), name="payments"),
                path("files", FilesView.as_view(), name="files"),
                path("echo", EchoView.as_view(), name="echo"),
                path("staff", StaffView.as_view(), name="staff"),
                path("fault/<slug:kind>", FaultView.as_view(), name="fault"),
            ]
        ),
    ),
    *[pattern for pattern in product.urlpatterns if getattr(pattern, "name", "") == "docs"],
]
