"""What a reviewer sees beside the file: the reasons to choose from, earlier attempts, and the name now in force."""

from dataclasses import dataclass
from typing import Final

from apps.accounts.selectors import customers
from apps.compliance.enums import RejectionReason, RequestItem
from apps.compliance.models import KycApplication
from apps.compliance.selectors import applications
from apps.core.errors import DomainError
from apps.workflow import selectors as workflow

_APPROVE: Final = "compliance.application.approve"
_REJECT: Final = "compliance.application.reject"
_ASK: Final = "compliance.application.request_more"


@dataclass(frozen=True, slots=True)
class Choice:
    """A reason as staff choose it, and the words that the customer reads for it, if any."""

    code: str
    label: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What each verdict may be given for."""

    approve: list[Choice]
    reject: list[Choice]
    ask: list[Choice]


def choices() -> Choices:
    """Return the reasons of the three verdicts, the catch-all last, in one query."""
    rows = sorted(workflow.reasons_of((_APPROVE, _REJECT, _ASK)), key=lambda row: bool(row.code == "other"))
    return Choices(
        approve=[Choice(row.code, row.label) for row in rows if row.action == _APPROVE],
        reject=[
            Choice(row.code, row.label, str(RejectionReason(row.code).label)) for row in rows if row.action == _REJECT
        ],
        ask=[Choice(row.code, row.label, str(RequestItem(row.code).label)) for row in rows if row.action == _ASK],
    )


def earlier(row: KycApplication) -> list[KycApplication]:
    """Return the other applications of the same customer that were submitted, the newest first."""
    others = applications.submitted().filter(customer_id=row.customer_id).exclude(pk=row.pk)
    return list(others.order_by("-id")[:10])


def name_in_force(row: KycApplication) -> str:
    """Return the name by which the customer is known now; empty after an erasure."""
    try:
        return customers.legal_name(customers.by_id(row.customer_id))
    except DomainError:
        return ""
