"""The calling customer."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api import serializers
from apps.accounts.enums import CustomerKind
from apps.accounts.errors import AlreadyCustomer, CountryUnknown, CustomerRequired, TimeZoneUnknown
from apps.accounts.models import Customer, User
from apps.accounts.selectors import customers as reads
from apps.accounts.selectors import limits, wallets
from apps.accounts.services import customers
from apps.core import ids
from apps.core.api import pagination
from apps.core.api.base import ApiView
from apps.core.api.etags import require_match
from apps.core.api.operations import operation
from apps.core.api.permissions import CUSTOMER
from apps.core.api.serializers import PageQuery
from apps.core.money import Money
from apps.core.services.idempotency import Answer


class CustomersView(ApiView):
    permission = CUSTOMER

    @operation(
        "customers_create",
        summary="Become a customer",
        tag="customers",
        request=serializers.NewCustomerSerializer,
        answers={201: serializers.CustomerSerializer},
        errors=(AlreadyCustomer, CountryUnknown),
        key="required",
        description="Makes the signed-in login a customer of the lowest tier, with a personal wallet.",
        example={"kind": "person", "legal_name": "Ada Okonkwo-Lindqvist", "country": "US"},
    )
    def post(self, _request: Request) -> Response:
        given = self.body()
        return self.once(lambda: self._made(given))

    def _made(self, given: dict[str, Any]) -> Answer:
        made = customers.become(
            user=ids.decode(User.id_prefix, self.actor.id),
            kind=CustomerKind(given["kind"]),
            legal_name=given["legal_name"],
            country=given["country"],
            currency=settings.DEFAULT_CURRENCY,
            by=self.actor,
            at=self.at,
        )
        return self.answer(reads.file_of(made), location="/api/v1/me")


class MeView(ApiView):
    permission = CUSTOMER

    @operation(
        "me_read",
        summary="Who am I?",
        tag="customers",
        answers={200: serializers.CustomerSerializer},
        errors=(CustomerRequired,),
    )
    def get(self, _request: Request) -> Response:
        return self.show(reads.file_of(reads.own(self.actor)))

    @operation(
        "me_change",
        summary="Change language or time zone",
        tag="customers",
        request=serializers.CustomerChangeSerializer,
        answers={200: serializers.CustomerSerializer},
        errors=(CustomerRequired, TimeZoneUnknown),
        needs_match=True,
        example={"time_zone": "America/New_York"},
    )
    def patch(self, request: Request) -> Response:
        own = reads.own(self.actor)
        given = self.body()
        changed: Customer = customers.change(
            own.pk,
            version=require_match(request, own.version),
            locale=given.get("locale"),
            tz=given.get("time_zone"),
            by=self.actor,
            at=self.at,
        )
        return self.show(reads.file_of(changed))


class LimitsView(ApiView):
    permission = CUSTOMER
    query = PageQuery

    @operation(
        "me_limits",
        summary="What may I still move?",
        tag="customers",
        answers={200: serializers.StandingSerializer},
        errors=(CustomerRequired,),
        is_list=True,
        description="One row for each window of each operation, in the currencies of the customer's balances.",
    )
    def get(self, _request: Request) -> Response:
        own = reads.own(self.actor)
        held = wallets.currencies_of(own.pk)
        rows = [_row(one) for one in limits.standing(customer=own.pk, currencies=held, at=self.at)]
        return self.page(pagination.of_sequence(rows, lambda row: str(row["place"])))


def _row(one: limits.Standing) -> dict[str, Any]:
    return {
        "place": f"{one.operation} {one.currency} {one.window}",
        "operation": one.operation,
        "direction": one.direction,
        "window": one.window,
        "limit": Money(one.limit, one.currency),
        "used": Money(one.used, one.currency),
        "left": Money(one.left, one.currency),
        "resets_at": one.resets_at,
    }
