"""Applications, images and requests, made by services; call them inside an open unit."""

import io
import struct
import zlib
from dataclasses import replace
from datetime import date
from typing import Any, Final

from PIL import Image

from apps.accounts.models import Customer, User
from apps.compliance.enums import KYC, DocumentKind
from apps.compliance.models import Document, InformationRequest, KycApplication
from apps.compliance.selectors import facts
from apps.compliance.selectors.facts import Address, Facts, IdNumber
from apps.compliance.services import applications, documents
from apps.core import db, ids
from apps.core.actors import Actor
from apps.workflow import selectors as work
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
    prepared = documents.prepare(row.pk, content=content or image())
    return documents.add(row.pk, kind=kind, image=prepared, by=unit.by, at=unit.at)


def complete(application: KycApplication | None = None, stated: Facts = FACTS) -> KycApplication:
    """Return a draft with everything that is needed."""
    unit, row = db.current(), application or kyc_application()
    row = applications.update(row.pk, stated=stated, version=row.version, by=unit.by, at=unit.at)
    document(row)
    return row


def submitted(customer: Customer | None = None) -> KycApplication:
    """Return an application that waits for a reviewer."""
    return submit(complete(kyc_application(customer)))


def claimed(by: Actor, application: KycApplication | None = None) -> tuple[KycApplication, WorkItem]:
    """Return an application that a reviewer holds, and the work."""
    row, lead = application or submitted(), replace(by, roles=frozenset({"kyc_senior"}))
    item = work.live_of(row, queue=KYC.code)
    assert item
    return row, queues.claim(item.pk, by=lead, at=db.current().at)


def submit(application: KycApplication) -> KycApplication:
    """Hand a complete draft in."""
    unit = db.current()
    return applications.submit(application.pk, by=unit.by, at=unit.at)


def asked(application: KycApplication, by: Actor, wanted: list[str]) -> InformationRequest:
    """Return what a reviewer asked the applicant for."""
    row, item = claimed(by, application)
    return applications.request_more(
        row.pk, item=item.pk, version=item.version, wanted=wanted, by=by, at=db.current().at
    )


def rejected(application: KycApplication, by: Actor, reason: str) -> KycApplication:
    """Return an application that a reviewer rejected."""
    row, item = claimed(by, application)
    return applications.reject(row.pk, item=item.pk, version=item.version, reason=reason, by=by, at=db.current().at)


def as_actor(login: User) -> Actor:
    """Return a login as the one who acts."""
    return accounts.actor(login)


def login() -> User:
    """Return a login that is no customer."""
    return accounts.user()


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that states to be enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


def information_request() -> InformationRequest:
    """Return what a reviewer asked a new applicant for."""
    return asked(submitted(), reviewer(), ["selfie"])


def owner_of(application: KycApplication) -> str:
    """Return the typed id of the applicant."""
    return facts.owner_of(application)
