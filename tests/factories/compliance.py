"""Applications, images and requests, made by services; call them inside an open unit."""

import io
from dataclasses import replace
from datetime import date
from typing import Any, Final

from PIL import Image

from apps.accounts.models import Customer
from apps.compliance.enums import KYC, DocumentKind
from apps.compliance.models import Document, InformationRequest, KycApplication
from apps.compliance.selectors import facts
from apps.compliance.selectors.facts import Address, Facts, IdNumber
from apps.compliance.services import applications, documents
from apps.core import db, ids
from apps.core.actors import Actor
from apps.workflow.models import WorkItem
from apps.workflow.services import queues
from tests.factories import accounts

FACTS: Final = Facts(
    legal_name="Ada Okonkwo",
    born_on=date(1990, 2, 28),
    nationality="NG",
    address=Address(line1="12 Harbour Street", city="Baltimore", region="MD", postal_code="21201", country="US"),
    id_number=IdNumber(kind="ssn", country="US", number="219-09-9999"),
)


def image(form: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """Return an image that no other call returns."""
    written = io.BytesIO()
    colour = tuple(ids.new().bytes[-3:])
    Image.new("RGB", size, colour).save(written, form, **options)
    return written.getvalue()


def applicant(application: KycApplication) -> Actor:
    """Return the customer of an application as the one who acts."""
    return accounts.actor(Customer.objects.select_related("user").get(pk=application.customer_id).user)


def reviewer(**columns: Any) -> Actor:
    """Return a reviewer who is nobody's customer."""
    login = accounts.user(kind="staff", **columns)
    return replace(accounts.actor(login), roles=frozenset({"kyc_analyst"}))


def kyc_application(customer: Customer | None = None) -> KycApplication:
    """Return an empty draft of a new customer."""
    unit = db.current()
    owner = customer or accounts.customer()
    return applications.start(customer=owner.pk, by=unit.by, at=unit.at)


def document(
    application: KycApplication | None = None, kind: DocumentKind = DocumentKind.PASSPORT, content: bytes = b""
) -> Document:
    """Return an image of a draft."""
    unit, row = db.current(), application or kyc_application()
    return documents.add(row.pk, kind=kind, content=content or image(), by=unit.by, at=unit.at)


def complete(application: KycApplication | None = None) -> KycApplication:
    """Return a draft with everything that is needed."""
    unit, row = db.current(), application or kyc_application()
    row = applications.update(row.pk, stated=FACTS, version=row.version, by=unit.by, at=unit.at)
    document(row)
    return row


def submitted(customer: Customer | None = None) -> KycApplication:
    """Return an application that waits for a reviewer."""
    unit, row = db.current(), complete(kyc_application(customer))
    return applications.submit(row.pk, version=row.version, by=unit.by, at=unit.at)


def claimed(by: Actor, application: KycApplication | None = None) -> tuple[KycApplication, WorkItem]:
    """Return an application that a reviewer holds, and the work."""
    row = application or submitted()
    with_lease = None
    while with_lease is None or with_lease.subject_id != row.ref:
        with_lease = queues.claim_next(queue=KYC.code, by=by, at=db.current().at)
    return row, with_lease


def information_request() -> InformationRequest:
    """Return what a reviewer asked an applicant for."""
    unit, by = db.current(), reviewer()
    row, item = claimed(by)
    return applications.request_more(row.pk, item=item.pk, version=item.version, wanted=["selfie"], by=by, at=unit.at)


def owner_of(application: KycApplication) -> str:
    """Return the typed id of the applicant."""
    return facts.owner_of(application)
