"""Reads of who a customer is: names and the ways to reach them, opened together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from apps.accounts.enums import ContactKind
from apps.accounts.models import ContactPoint, Customer, Profile
from apps.accounts.selectors import customers
from apps.accounts.selectors.customers import CONTACT, DISPLAY_NAME, LEGAL_NAME
from apps.core.selectors import data_keys
from apps.core.selectors.data_keys import Sealed


@dataclass(frozen=True, slots=True)
class Contact:
    """An address or number in full; empty after an erasure."""

    kind: ContactKind
    text: str
    is_primary: bool
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer with tier, names and addresses in full; all texts are empty after an erasure."""

    customer: Customer
    legal_name: str
    display_name: str
    contacts: list[Contact]


_NAMES: Final = 2


def identity(customer: UUID) -> Identity:
    """Return who a customer is, in four queries. Raises: not_found."""
    row = customers.by_id(customer)
    shown = Profile.objects.filter(customer=row).values_list("display_name_sealed", flat=True).first()
    points = list(ContactPoint.objects.filter(customer=row).order_by("-is_primary", "id"))
    texts = data_keys.open_all(
        [
            Sealed(row.ref, LEGAL_NAME, row.legal_name_sealed),
            None if shown is None else Sealed(row.ref, DISPLAY_NAME, shown),
            *(Sealed(row.ref, CONTACT, point.value_sealed) for point in points),
        ]
    )
    contacts = [
        Contact(ContactKind(point.kind), text or "", point.is_primary, point.verified_at)
        for point, text in zip(points, texts[_NAMES:], strict=True)
    ]
    return Identity(row, texts[0] or "", texts[1] or "", contacts)
