"""Addresses of customers: what a person proved as theirs is what the rest of the system reads."""

from uuid import UUID

from apps.accounts.enums import ContactKind, Topic
from apps.accounts.models import ContactPoint, CustomerSearch
from apps.accounts.models.contacts import email_fingerprint
from apps.accounts.selectors.customers import CONTACT
from apps.core import audit, db, outbox
from apps.core.services import data_keys


def replace_email(user: UUID, *, email: str) -> ContactPoint | None:
    """Make a proved address the primary one of the customer that a login is, if it is one. Works inside an open unit.

    Order: address, search row, audit, topic accounts.customer.changed. Raises: contact_taken, data_erased.
    """
    unit = db.current()
    primary = ContactPoint.objects.filter(customer__user=user, kind=ContactKind.EMAIL, is_primary=True)
    key = primary.values_list("pk", flat=True).first()
    if key is None:
        return None
    (held,) = db.lock(ContactPoint, key)
    owner = held.customer.ref
    held.value_sealed = data_keys.seal(owner=owner, column=CONTACT, text=email)
    held.value_fp = email_fingerprint(email)
    held.verified_at = held.changed_at = unit.at
    held.save()
    (search,) = db.lock(CustomerSearch, CustomerSearch.objects.values_list("pk", flat=True).get(customer=held.customer))
    search.email = email
    search.save()
    audit.record(action="accounts.contact_point.replace", subject=held, customer=owner)
    outbox.publish(Topic.CUSTOMER_CHANGED, subject=owner, customer=owner)
    return held
