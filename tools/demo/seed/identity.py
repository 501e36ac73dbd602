"""The demo's applications: most were approved, some wait, one lacks something."""

import random
from datetime import date, datetime, timedelta
from uuid import UUID

from apps.accounts.models import Customer
from apps.compliance.enums import KYC, DocumentKind, IdNumberKind
from apps.compliance.models import KycApplication
from apps.compliance.selectors.facts import Address, Facts, IdNumber
from apps.compliance.services import applications, documents
from apps.core.actors import Actor
from apps.workflow.services import queues
from tools.demo.seed import papers
from tools.demo.seed.people import Person

_STREETS = ("Harbor Street", "Alder Avenue", "Mill Lane", "Quarry Road", "Orchard Way", "Station Place")
_CITIES = ("Fairhaven", "Brookfield", "Eastvale", "Northgate", "Millbrook")


def apply(person: Person, customer: Customer, *, by: Actor, at: datetime) -> UUID:
    """Let a customer state facts, show a card from both sides, and hand the application in; return its id."""
    draft = applications.start(customer=customer.pk, by=by, at=at)
    stated = facts(person)
    draft = applications.update(draft.pk, stated=stated, version=draft.version, by=by, at=at + timedelta(minutes=6))
    number = stated.id_number.number if stated.id_number else ""
    for kind, lines in (
        (DocumentKind.ID_CARD_FRONT, [person.mailbox.replace(".", " ").upper(), str(stated.born_on), person.country]),
        (DocumentKind.ID_CARD_BACK, [f"No. {number}", "Valid until 2031-05-31", f"<<{person.mailbox.upper()}<<"]),
    ):
        content = papers.card("IDENTITY CARD", lines)
        image = documents.prepare(draft.pk, content=content)
        documents.add(draft.pk, kind=kind, image=image, by=by, at=at + timedelta(minutes=9))
    applications.submit(draft.pk, by=by, at=at + timedelta(minutes=11))
    return draft.pk


def decide(application: UUID, *, wanted: str = "", by: Actor, at: datetime) -> None:
    """Let a reviewer take the application and approve it, or ask for what is wanted."""
    item = queues.claim_next(queue=KYC.code, by=by, at=at)
    if item is None or item.subject_id != KycApplication.ref_of(application):
        message = "another application waits before this one"
        raise RuntimeError(message)
    if wanted:
        applications.request_more(application, item=item.pk, version=item.version, wanted=[wanted], by=by, at=at)
    else:
        applications.approve(application, item=item.pk, version=item.version, reason="identity_confirmed", by=by, at=at)


def facts(person: Person) -> Facts:
    """Return what a person states about themselves."""
    chance = random.Random(person.mailbox)  # noqa: S311 - a story, not a secret
    return Facts(
        legal_name=person.name,
        born_on=date(chance.randrange(1958, 2004), chance.randrange(1, 13), chance.randrange(1, 28)),
        nationality=person.country,
        address=Address(
            line1=f"{chance.randrange(2, 240)} {chance.choice(_STREETS)}",
            city=chance.choice(_CITIES),
            country=person.country,
            postal_code=f"{chance.randrange(10_000, 99_999)}",
        ),
        id_number=IdNumber(
            kind=IdNumberKind.NATIONAL_ID.value,
            country=person.country,
            number="".join(chance.choices("0123456789", k=9)),
        ),
    )
