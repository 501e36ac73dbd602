"""Telling applicants what became of their application: that, and not why; the reasons are read where they sign in."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from apps.accounts.selectors import customers
from apps.compliance.models import InformationRequest
from apps.compliance.selectors import applications
from apps.core import db, ids
from apps.core.actors import Actor
from apps.notifications.services import messages

APPROVED: Final = "compliance.application_approved"
REJECTED: Final = "compliance.application_rejected"
REQUESTED: Final = "compliance.information_requested"


def tell_decision(*, application: UUID, kind: str, by: Actor, at: datetime) -> None:
    """Tell the applicant of a decision. Order: message. Raises: not_found, recipient_unknown."""
    with db.unit(by=by, at=at, why="tell"):
        _tell(application, kind, key=kind, params={})


def tell_request(*, asked: UUID, by: Actor, at: datetime) -> None:
    """Tell the applicant that more is needed, and until when. Order: message. Raises: recipient_unknown."""
    with db.unit(by=by, at=at, why="tell"):
        row = InformationRequest.objects.get(pk=asked)
        _tell(row.application_id, REQUESTED, key=row.ref, params={"due_at": row.due_at})


def _tell(application: UUID, kind: str, *, key: str, params: dict[str, Any]) -> None:
    row = applications.row(application)
    login = customers.user_of(row.customer_id)
    if login is not None:
        messages.notify(
            recipient=ids.encode("usr", login), kind=kind, subject=row.ref, params=params, key=f"{row.ref}:{key}"
        )
