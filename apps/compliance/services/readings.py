"""Opening a customer's file: each reading is written down, and nobody reads their own.

Facts are whole and images are shown to the reviewer who holds the work; others see numbers masked and no image.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from apps.compliance import rules
from apps.compliance.errors import ConflictOfInterest
from apps.compliance.selectors import applications
from apps.compliance.selectors import documents as document_rows
from apps.compliance.selectors.applications import View
from apps.compliance.services import blobs, images
from apps.compliance.services.images import Shown
from apps.core import audit, db
from apps.core.actors import Actor
from apps.workflow.errors import LeaseLost


def open_file(application: UUID, *, by: Actor, at: datetime) -> View:
    """Return an application as this member of staff may see it. Order: audit.

    Raises: conflict_of_interest, not_found.
    """
    row = applications.by_id(application)
    if rules.is_conflicted(by, row):
        raise ConflictOfInterest
    work = applications.work_of(row, by)
    is_mine = work is not None and work.is_mine
    with db.unit(by=by, at=at, why="read"):
        audit.record(
            action="compliance.application.read",
            subject=row,
            customer=applications.customer_ref(row),
            data={"masked": not is_mine},
        )
    view = applications.view(row, is_masked=not is_mine, work=work)
    return replace(view, same_number=applications.same_number(row))


def open_document(document: UUID, *, by: Actor, at: datetime) -> Shown:
    """Return an image, marked with who looks at it, to the reviewer who holds the work. Order: audit.

    Raises: lease_lost, conflict_of_interest, not_found.
    """
    found = document_rows.document(document)
    row = found.application
    if rules.is_conflicted(by, row):
        raise ConflictOfInterest
    if not applications.is_held_by(row, by):
        raise LeaseLost
    with db.unit(by=by, at=at, why="read"):
        audit.record(
            action="compliance.document.read",
            subject=found,
            customer=applications.customer_ref(row),
            related=[row.ref],
        )
    return images.marked(content=blobs.opened(document=found), words=by.id)
