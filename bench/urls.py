"""The product's addresses and the reference: a POST that checks a small body and writes one row."""

from django.db import connection
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import ids
from apps.core.api.fields import MoneyField, TextField
from apps.core.api.serializers import InputSerializer


class NoteSerializer(InputSerializer):
    """The body."""

    money = MoneyField(is_positive=True)
    note = TextField(max_length=140, allow_blank=True)


class BareView(APIView):
    """The least that a POST with one row costs in this project."""

    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request) -> Response:
        """Write the row."""
        given = NoteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        key, money = ids.new(), given.validated_data["money"]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench_note (id, amount, currency, note) VALUES (%s, %s, %s, %s)",
                [key, money.amount, money.currency, given.validated_data["note"]],
            )
        return Response({"id": str(key)}, status=201)


urlpatterns = [path("bench/notes", BareView.as_view()), path("", include("config.urls"))]
