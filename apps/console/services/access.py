"""Writing down what staff looked at, and what they were refused."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from apps.accounts.selectors import contacts, customers
from apps.accounts.selectors.contacts import Contact
from apps.console import rules
from apps.console.errors import AllowanceSpent, OwnRecord
from apps.core import audit, db, ids
from apps.core.actors import Actor
from apps.core.selectors import audit_log
from apps.workflow.services import reasons

_REVEAL: Final = "console.contact.reveal"
_AN_HOUR: Final = timedelta(hours=1)
REVEALS_AN_HOUR: Final = 30


def deny(*, route: str, method: str, by: Actor, at: datetime) -> None:
    """Write down that somebody asked for a page without the right. Order: audit."""
    with db.unit(by=by, at=at, why="deny"):
        audit.record(
            action="console.page.open", subject=by.id, data={"route": route, "method": method}, outcome="denied"
        )


def open_customer(customer: UUID, *, by: Actor, at: datetime) -> str:
    """Write down that somebody opens the page of a customer; return the typed id. Order: audit.

    Raises: own_record, not_found.
    """
    ref = customers.by_id(customer).ref
    if rules.is_own(by, ref):
        raise OwnRecord
    with db.unit(by=by, at=at, why="read"):
        audit.record(action="console.customer.open", subject=ref, customer=ref)
    return ref


def reveal_contacts(customer: UUID, *, reason: str, note: str = "", by: Actor, at: datetime) -> list[Contact]:
    """Return the addresses of a customer in full, at most 30 times an hour and person. Order: audit.

    Raises: allowance_spent, own_record, reason_unknown, reason_text_required, not_found.
    """
    ref = customers.by_id(customer).ref
    if rules.is_own(by, ref):
        raise OwnRecord
    reasons.require(action=_REVEAL, code=reason, text=note)
    if audit_log.made_since(actor=by.id, action=_REVEAL, since=ids.first_of(at - _AN_HOUR)) >= REVEALS_AN_HOUR:
        raise AllowanceSpent(retry_after_s=int(_AN_HOUR.total_seconds()))
    with db.unit(by=by, at=at, why="reveal"):
        audit.record(action=_REVEAL, subject=ref, customer=ref, reason_code=reason, reason_text=note)
    return contacts.identity(customer).contacts
