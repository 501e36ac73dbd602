"""The facts in force about a customer: what they say when they come, and what was proved since."""

from datetime import date
from typing import Final
from uuid import UUID

from apps.accounts.enums import Topic
from apps.accounts.models import Customer, CustomerSearch
from apps.core import audit, db, outbox
from apps.core.services import data_keys

_NAME: Final = "accounts.Customer.legal_name_sealed"
_BORN: Final = "accounts.Customer.born_on_sealed"


def confirm(customer: UUID, *, legal_name: str, born_on: date) -> Customer:
    """Put proved facts in force, for the search of staff too. Works inside an open unit.

    Order: facts, search row, audit, topic accounts.customer.changed. Raises: data_erased, not_found.
    """
    (held,) = db.lock(Customer, customer)
    texts = {_NAME: legal_name, _BORN: born_on.isoformat()}
    sealed = data_keys.seal_all(owner=held.ref, texts=texts)
    held.legal_name_sealed, held.born_on_sealed = sealed[_NAME], sealed[_BORN]
    held.save()
    (found,) = db.lock(CustomerSearch, CustomerSearch.objects.values_list("pk", flat=True).get(customer=held))
    found.legal_name = legal_name
    found.save()
    audit.record(
        action="accounts.customer.confirm",
        subject=held,
        customer=held.ref,
        data={"facts": ["born_on", "legal_name"]},
    )
    outbox.publish(Topic.CUSTOMER_CHANGED, subject=held, customer=held.ref)
    return held
