"""Reads of customers: the caller's own, by id, by address, by what staff type."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from apps.accounts.enums import ContactKind
from apps.accounts.errors import CustomerRequired
from apps.accounts.models import ContactPoint, Customer, CustomerSearch, Profile, User
from apps.accounts.models.contacts import email_fingerprint
from apps.core import ids
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.selectors import data_keys
from apps.core.selectors.data_keys import Sealed

LEGAL_NAME: Final = "accounts.Customer.legal_name_sealed"
DISPLAY_NAME: Final = "accounts.Profile.display_name_sealed"
CONTACT: Final = "accounts.ContactPoint.value_sealed"


@dataclass(frozen=True, slots=True)
class Found:
    """A customer as a search shows it."""

    customer: UUID
    legal_name: str
    display_name: str
    email: str
    status: str

    @property
    def ref(self) -> str:
        """Return the typed id."""
        return Customer.ref_of(self.customer)


@dataclass(frozen=True, slots=True)
class File:
    """All that a customer is told about themselves."""

    id: UUID
    user: UUID | None
    kind: str
    legal_name: str
    display_name: str
    email: str
    country: str
    locale: str
    time_zone: str
    status: str
    tier: str
    receiving_wallet: UUID | None
    created_at: datetime
    version: int

    @property
    def ref(self) -> str:
        """Return the typed id."""
        return Customer.ref_of(self.id)


def file_of(customer: Customer) -> File:
    """Return a customer with what is sealed, opened. Raises: data_erased."""
    return File(
        id=customer.pk,
        user=customer.user_id,
        kind=customer.kind,
        legal_name=legal_name(customer),
        display_name=display_name(customer.pk),
        email=email_of(customer.pk),
        country=customer.country,
        locale=customer.locale,
        time_zone=customer.tz,
        status=customer.status,
        tier=customer.tier.code,
        receiving_wallet=customer.receiving_wallet_id,
        created_at=customer.created_at,
        version=customer.version,
    )


def own(by: Actor) -> Customer:
    """Return the customer that the caller is, with the tier. Raises: customer_required."""
    found: Customer | None = (
        Customer.objects.filter(user_id=ids.decode(User.id_prefix, by.id)).select_related("tier").first()
        if by.kind == "customer"
        else None
    )
    if found is None:
        raise CustomerRequired
    return found


def by_id(customer: UUID) -> Customer:
    """Return a customer with tier. Raises: not_found."""
    found: Customer | None = Customer.objects.filter(pk=customer).select_related("tier").first()
    if found is None:
        raise NotFound(customer=Customer.ref_of(customer))
    return found


def by_email(text: str) -> UUID | None:
    """Return the customer who has verified this address, however it is written."""
    found: UUID | None = (
        ContactPoint.objects.filter(kind=ContactKind.EMAIL, value_fp=email_fingerprint(text), verified_at__isnull=False)
        .values_list("customer_id", flat=True)
        .first()
    )
    return found


def legal_name(customer: Customer) -> str:
    """Return the name in force. Raises: data_erased."""
    return data_keys.open_text(owner=customer.ref, column=LEGAL_NAME, sealed=customer.legal_name_sealed)


def display_name(customer: UUID) -> str:
    """Return the name that other customers see; empty after an erasure. Raises: not_found."""
    names = display_names([customer])
    if customer not in names:
        raise NotFound(customer=Customer.ref_of(customer))
    return names[customer]


def display_names(customers: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names that other customers see, in two queries; empty ones after an erasure."""
    names = sealed_names(customers)
    texts = data_keys.open_all(names.values())
    return {customer: text or "" for customer, text in zip(names, texts, strict=True)}


def sealed_names(customers: Iterable[UUID]) -> dict[UUID, Sealed]:
    """Return the names that other customers see, still sealed, in one query: for who opens more with the same keys."""
    rows = Profile.objects.filter(customer_id__in=set(customers)).values_list("customer_id", "display_name_sealed")
    return {customer: Sealed(Customer.ref_of(customer), DISPLAY_NAME, sealed) for customer, sealed in rows}


def ref_of(customer: UUID) -> str:
    """Return the typed id of a customer."""
    return Customer.ref_of(customer)


def email_of(customer: UUID) -> str:
    """Return the primary e-mail address of a customer. Raises: not_found, data_erased."""
    sealed = (
        ContactPoint.objects.filter(customer_id=customer, kind=ContactKind.EMAIL, is_primary=True)
        .values_list("value_sealed", flat=True)
        .first()
    )
    if sealed is None:
        raise NotFound(customer=Customer.ref_of(customer))
    return data_keys.open_text(owner=Customer.ref_of(customer), column=CONTACT, sealed=sealed)


def user_of(customer: UUID) -> UUID | None:
    """Return the login of a customer."""
    found: UUID | None = Customer.objects.filter(pk=customer).values_list("user_id", flat=True).first()
    return found


def own_refs(by: Actor) -> frozenset[str]:
    """Return the typed ids of the customers who are the human behind an actor, by whichever login."""
    if not by.human_id:
        return frozenset()
    logins = User.objects.filter(human_id=by.human_id)
    rows = Customer.objects.filter(Q(user__in=logins) | Q(pk__in=logins.values("linked_customer")))
    return frozenset(Customer.ref_of(key) for key in rows.values_list("pk", flat=True))


def search(term: str, *, limit: int = 20) -> list[Found]:
    """Return customers whose name or address contains what staff typed, in any case, or whose typed id it is."""
    wanted = term.strip()
    if not wanted:
        return []
    rows = CustomerSearch.objects.select_related("customer").filter(_matches(wanted)).order_by("-customer_id")[:limit]
    return [Found(row.customer_id, row.legal_name, row.display_name, row.email, row.customer.status) for row in rows]


def found(keys: Iterable[UUID]) -> dict[UUID, Found]:
    """Return customers as a search shows them."""
    rows = CustomerSearch.objects.select_related("customer").filter(customer_id__in=set(keys))
    return {
        row.customer_id: Found(row.customer_id, row.legal_name, row.display_name, row.email, row.customer.status)
        for row in rows
    }


def _matches(term: str) -> Q:
    try:
        return Q(customer_id=ids.decode(Customer.id_prefix, term))
    except ids.BadId:
        pass
    # The trigram indexes are of upper(...), which is what `icontains` compares.
    return Q(legal_name__icontains=term) | Q(display_name__icontains=term) | Q(email__icontains=term)
