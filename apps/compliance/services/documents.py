"""Images of an application: added and removed by the customer while they may, kept as `blobs` says."""

from datetime import datetime
from typing import Final
from uuid import UUID

from apps.compliance.enums import DocumentKind
from apps.compliance.errors import TooManyDocuments
from apps.compliance.models import Document, KycApplication
from apps.compliance.selectors import applications
from apps.compliance.selectors import documents as document_rows
from apps.compliance.services import blobs, images
from apps.compliance.services.applications import require_editable
from apps.compliance.services.images import Clean
from apps.core import audit, db
from apps.core.actors import Actor

MOST: Final = 12
MOST_EVER: Final = 60
"""Removed images stay in the store, so their number is bounded too."""
MOST_BYTES: Final = images.MOST_BYTES


def prepare(application: UUID, *, content: bytes) -> Clean:
    """Return an image written anew, for an application that takes one. Works before an open unit: it takes a while.

    Raises: document_too_large, document_refused, document_type_refused, document_heic_refused, invalid_state unless a
    draft or asked for more, not_found.
    """
    require_editable(application=applications.row(application))
    return images.clean(content=content)


def add(application: UUID, *, kind: DocumentKind, image: Clean, by: Actor, at: datetime) -> Document:
    """Add a prepared image to an application. Order: sealed blob, row, audit.

    Raises: document_duplicate, too_many_documents, invalid_state unless a draft or asked for more, not_found.
    """
    row = applications.row(application)
    with blobs.kept(application=row, content=image.content) as key, db.unit(by=by, at=at, why="add"):
        (held,) = db.lock(KycApplication, application)
        require_editable(application=held)
        _require_room(held)
        document = Document(
            application=held,
            kind=kind,
            media_type=image.media_type,
            sha256=image.sha256,
            size=len(image.content),
            width=image.width,
            height=image.height,
            view_key=key,
        )
        document.save()
        _record("compliance.document.add", document, held)
        return document


def remove(document: UUID, *, version: int, by: Actor, at: datetime) -> None:
    """Take an image out of an application; row and blob stay, hidden. Order: row, audit.

    Raises: invalid_state unless a draft or asked for more, version_conflict, not_found.
    """
    with db.unit(by=by, at=at, why="remove"):
        (application,) = db.lock(KycApplication, document_rows.of_document(document))
        require_editable(application=application)
        (held,) = db.lock(Document, document, mode="remove")
        db.require_version(held, version)
        held.delete()
        _record("compliance.document.remove", held, application)


def _require_room(application: KycApplication) -> None:
    sent = Document.all_objects.filter(application=application)
    if sent.filter(deleted_at__isnull=True).count() >= MOST or sent.count() >= MOST_EVER:
        raise TooManyDocuments(most=MOST, most_ever=MOST_EVER)


def _record(action: str, document: Document, application: KycApplication) -> None:
    audit.record(
        action=action,
        subject=document,
        customer=applications.customer_ref(application),
        related=[application.ref],
        data={"kind": document.kind, "sha256": document.sha256},
    )
