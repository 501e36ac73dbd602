"""The product's addresses and one of staff that exists in tests only."""

from django.urls import include, path
from rest_framework.response import Response

from apps.core.api.base import ApiView
from apps.core.api.fields import TextField
from apps.core.api.operations import operation
from apps.core.api.serializers import InputSerializer, OutputSerializer
from config import urls as product

handler400, handler403 = product.handler400, product.handler403
handler404, handler500 = product.handler404, product.handler500


class WhoSerializer(OutputSerializer):
    id = TextField()


class NothingSerializer(InputSerializer):
    pass


class WhoView(ApiView):
    permission = "accounts.customer.freeze"

    @operation("tests_who", summary="Who", tag="tests", answers={200: WhoSerializer})
    def get(self, _request) -> Response:
        return self.show(self.actor)

    @operation("tests_who_post", summary="Who", tag="tests", request=NothingSerializer, answers={200: WhoSerializer})
    def post(self, _request) -> Response:
        return self.show(self.actor)


urlpatterns = [
    path("api/v1/staff/tests/who", WhoView.as_view(), name="tests_who"),
    path("", include(product.urlpatterns)),
]
