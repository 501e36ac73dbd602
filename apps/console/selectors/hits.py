"""What a search found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.accounts.enums import CustomerStatus
from apps.accounts.selectors import customers
from apps.console.enums import Why
from apps.core import ids, redact
from apps.helpdesk.selectors import tickets


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found (typed id), and why."""

    ref: str
    why: Why


@dataclass(frozen=True, slots=True)
class Line:
    """A hit as its list shows it: a name, more words about it, its state, and why it was found."""

    ref: str
    name: str
    more: str
    status: str
    status_label: Any
    why: Any


def lines(hits: Sequence[Hit]) -> list[Line]:
    """Return what was found as it reads now, customers first, masked."""
    return [*_customers(_of(hits, "cus")), *_tickets(_of(hits, "tkt"))]


def _of(hits: Sequence[Hit], prefix: str) -> dict[str, Hit]:
    return {hit.ref: hit for hit in hits if hit.ref.startswith(f"{prefix}_")}


def _customers(hits: dict[str, Hit]) -> list[Line]:
    rows = customers.found(ids.decode("cus", ref) for ref in hits)
    lines = []
    for ref, hit in hits.items():
        row = rows.get(ids.decode("cus", ref))
        if row is not None:
            status = CustomerStatus(row.status)
            lines.append(Line(ref, row.legal_name, redact.hint(row.email), status.value, status.label, hit.why.label))
    return lines


def _tickets(hits: dict[str, Hit]) -> list[Line]:
    rows = tickets.shown([tickets.by_ref(ref) for ref in hits])
    return [
        Line(
            row.ref,
            row.subject or "",
            row.customer.name,
            row.ticket.status,
            row.ticket.get_status_display(),
            hits[row.ref].why.label,
        )
        for row in rows
    ]
