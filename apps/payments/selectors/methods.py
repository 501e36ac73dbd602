"""Reads of payment methods. A token is opened only for the call that needs it."""

from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from apps.accounts.selectors import customers
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.selectors import data_keys
from apps.payments.enums import OPEN, MethodStatus
from apps.payments.models import PaymentMethod, TopUp

TOKEN: Final = "payments.PaymentMethod.token_sealed"  # noqa: S105 - the name of a column


def methods_for(*, by: Actor) -> QuerySet[PaymentMethod]:
    """Return the payment methods of the calling customer. Raises: customer_required."""
    found: QuerySet[PaymentMethod] = PaymentMethod.objects.filter(customer=customers.own(by))
    return found


def one_for(method: UUID, *, by: Actor) -> PaymentMethod:
    """Return a payment method of the calling customer. Raises: customer_required; not_found for any other one."""
    found = methods_for(by=by).filter(pk=method).first()
    if found is None:
        raise NotFound(payment_method=PaymentMethod.ref_of(method))
    return found


def by_id(method: UUID) -> PaymentMethod:
    """Return a payment method, a removed one too."""
    found: PaymentMethod = PaymentMethod.all_objects.get(pk=method)
    return found


def newest(customer: UUID, *, limit: int) -> list[PaymentMethod]:
    """Return the cards that a customer added last, removed and refused ones too, the newest first."""
    rows = PaymentMethod.all_objects.filter(customer_id=customer).order_by("-number")
    return list(rows[:limit])


def token_of(method: PaymentMethod) -> str:
    """Return the partner's token of a method. Raises: data_erased."""
    return data_keys.open_text(owner=customers.ref_of(method.customer_id), column=TOKEN, sealed=method.token_sealed)


def partner_customer(customer: UUID, *, connector: str, environment: str) -> str:
    """Return the partner's id of a customer, from any method that they ever had there; empty for none."""
    rows = PaymentMethod.all_objects.filter(customer_id=customer, connector=connector, environment=environment)
    found = rows.exclude(partner_customer="").order_by("id").values_list("partner_customer", flat=True).first()
    return found or ""


def has_card(method: PaymentMethod, *, card_fp: bytes) -> bool:
    """Tell whether the customer has another active method for the same card."""
    rows = PaymentMethod.objects.filter(
        customer_id=method.customer_id,
        connector=method.connector,
        environment=method.environment,
        card_fp=card_fp,
        status=MethodStatus.ACTIVE,
    )
    found: bool = rows.exclude(pk=method.pk).exists()
    return found


def is_in_use(method: UUID) -> bool:
    """Tell whether money may still come by this method."""
    found: bool = TopUp.objects.filter(payment_method_id=method, status__in=OPEN).exists()
    return found
