"""Reads of applications: the customer's own, and those that staff list and review."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise

from apps.accounts.selectors import customers
from apps.compliance.enums import (
    IDENTITY_DOCUMENTS,
    KYC,
    ApplicationStatus,
    RejectionReason,
    RequestItem,
    RequestStatus,
)
from apps.compliance.models import Document, InformationRequest, KycApplication
from apps.compliance.selectors import facts
from apps.compliance.selectors.facts import Facts
from apps.core import ids
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.workflow import selectors as queues

_MOST_SHOWN: Final = 10
DOCUMENT: Final = "identity_document"
"""How a missing proof of identity is called among the missing things."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A code and the approved words that the customer reads for it."""

    code: str
    text: str | Promise


@dataclass(frozen=True, slots=True)
class Asked:
    """What the customer is asked for now, and until when."""

    items: list[Wording]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Work:
    """The work of reviewing an application, as one member of staff sees it."""

    pk: UUID
    state: str
    is_mine: bool
    lease_until: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class View:
    """An application with all that belongs to it, as its reader may see it."""

    row: KycApplication
    facts: Facts
    documents: list[Document]
    missing: list[str]
    asked: Asked | None
    reasons: list[Wording]
    work: Work | None = None
    same_number: list[str] = field(default_factory=list)

    @property
    def ref(self) -> str:
        """Return the typed id."""
        return self.row.ref


def own(by: Actor) -> QuerySet[KycApplication]:
    """Return the applications of the caller. Raises: customer_required."""
    rows: QuerySet[KycApplication] = KycApplication.objects.filter(customer_id=customers.own(by).pk)
    return rows


def applicant(by: Actor) -> UUID:
    """Return the customer that the caller is. Raises: customer_required."""
    return customers.own(by).pk


def application_for(key: UUID, *, by: Actor) -> KycApplication:
    """Return an application of the caller. Raises: not_found for any other, customer_required."""
    return _found(own(by).filter(pk=key))


def submitted(*, statuses: Iterable[str] = ()) -> QuerySet[KycApplication]:
    """Return the applications that staff list: all but drafts, or those of some states."""
    rows: QuerySet[KycApplication] = KycApplication.objects.exclude(status=ApplicationStatus.DRAFT)
    return rows.filter(status__in=statuses) if statuses else rows


def row(key: UUID) -> KycApplication:
    """Return any application, for services. Raises: not_found."""
    return _found(KycApplication.objects.filter(pk=key))


def by_id(key: UUID) -> KycApplication:
    """Return an application that staff may open: any but a draft. Raises: not_found."""
    return _found(submitted().filter(pk=key))


def view(row: KycApplication, *, is_masked: bool = True, work: Work | None = None) -> View:
    """Return an application with all that belongs to it."""
    stated = facts.of_application(row, is_masked=is_masked)
    documents = list(Document.objects.filter(application=row).order_by("id"))
    return View(
        row=row,
        facts=stated,
        documents=documents,
        missing=missing(stated, {document.kind for document in documents}),
        asked=_asked(row),
        reasons=[Wording(code, RejectionReason(code).label) for code in row.decision_reasons]
        if row.status == ApplicationStatus.REJECTED
        else [],
        work=work,
    )


def missing(stated: Facts, shown: set[str]) -> list[str]:
    """Return what has to be added before an application can be submitted."""
    is_shown = any(kinds <= shown for kinds in IDENTITY_DOCUMENTS)
    return [*stated.missing(), *([] if is_shown else [DOCUMENT])]


def same_number(row: KycApplication) -> list[str]:
    """Return the other customers (typed ids) who state the same number, at most ten, oldest first."""
    if row.id_number_fp is None:
        return []
    others = submitted().filter(id_number_fp=row.id_number_fp).exclude(customer_id=row.customer_id)
    found = others.order_by("customer_id").values_list("customer_id", flat=True).distinct()[:_MOST_SHOWN]
    return [ids.encode("cus", customer) for customer in found]


def work_of(row: KycApplication, by: Actor) -> Work | None:
    """Return the work of reviewing an application; none before its submission and after its decision."""
    item = queues.live_of(row, queue=KYC.code)
    if item is None:
        return None
    is_mine = queues.claimed_by(by.id).filter(pk=item.pk).exists()
    return Work(item.pk, item.state, is_mine, item.lease_until, item.version)


def is_held_by(row: KycApplication, by: Actor) -> bool:
    """Tell whether a person holds a live lease on the review of an application."""
    found = work_of(row, by)
    return found is not None and found.is_mine


def customer_ref(row: KycApplication) -> str:
    """Return the typed id of the applicant."""
    return ids.encode("cus", row.customer_id)


def _found(rows: QuerySet[KycApplication]) -> KycApplication:
    row: KycApplication | None = rows.first()
    if row is None:
        raise NotFound
    return row


def _asked(row: KycApplication) -> Asked | None:
    if row.status != ApplicationStatus.INFO_REQUESTED:
        return None
    request = InformationRequest.objects.get(application=row, status=RequestStatus.OPEN)
    return Asked([Wording(code, RequestItem(code).label) for code in request.items], request.due_at)
