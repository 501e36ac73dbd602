"""Reads of images: which they are; their content is opened by services alone."""

from uuid import UUID

from apps.accounts.selectors import customers
from apps.compliance.enums import ApplicationStatus
from apps.compliance.models import Document
from apps.core.actors import Actor
from apps.core.errors import NotFound


def document_for(key: UUID, *, by: Actor) -> Document:
    """Return a document of the caller. Raises: not_found for any other, customer_required."""
    found: Document | None = Document.objects.filter(pk=key, application__customer_id=customers.own(by).pk).first()
    if found is None:
        raise NotFound(id=Document.ref_of(key))
    return found


def document(key: UUID) -> Document:
    """Return a document that staff may ask for, with its application. Raises: not_found."""
    rows = Document.objects.exclude(application__status=ApplicationStatus.DRAFT).select_related("application")
    found: Document | None = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(id=Document.ref_of(key))
    return found


def of_document(key: UUID) -> UUID:
    """Return the application that a document belongs to. Raises: not_found."""
    found: UUID | None = Document.objects.filter(pk=key).values_list("application_id", flat=True).first()
    if found is None:
        raise NotFound(id=Document.ref_of(key))
    return found
