"""The document for programs, and the page for people."""

from functools import cache
from typing import Any

from django.conf import settings
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.base import ApiView
from apps.core.api.fields import TextField
from apps.core.api.operations import operation
from apps.core.api.permissions import Public
from apps.core.api.serializers import OutputSerializer
from config.openapi.reader import Reader, paragraphs


@cache
def document() -> dict[str, Any]:
    """Return the document; the code of a process does not change."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


class DocumentSerializer(OutputSerializer):
    openapi = TextField(help_text="Version of the specification.")
    info = serializers.DictField()
    paths = serializers.DictField()
    components = serializers.DictField()


class DocumentView(ApiView):
    permission = Public(reason="the form of the API is no secret; its clients are made of it")
    throttle = "public"

    @operation("openapi_read", summary="This document, as JSON", tag="document", answers={200: DocumentSerializer})
    def get(self, _request: Request) -> Response:
        return Response(document())


class ReaderView(TemplateView):
    """The page. It is made on the server, so it needs no script."""

    template_name = "api/docs.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        about = paragraphs(document()["info"]["description"])
        reader = Reader(document(), settings.PUBLIC_URL)
        return super().get_context_data(document=document(), about=about, tags=reader.tags(), **context)
