"""Reads of calls to partners."""

from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now  # noqa: TID251 - leases run by the database's clock

from apps.core.errors import NotFound
from apps.partners.enums import OutcomeKind
from apps.partners.models import Attempt

_DEFINITE: Final = (OutcomeKind.DECLINED, OutcomeKind.REJECTED)


def by_id(attempt: UUID) -> Attempt:
    """Return one call. Raises: not_found."""
    found: Attempt | None = Attempt.objects.filter(pk=attempt).first()
    if found is None:
        raise NotFound(attempt=Attempt.ref_of(attempt))
    return found


def of_subject(subject: str, *, operation: str = "") -> list[Attempt]:
    """Return the calls about a subject (typed id), or those of one operation, oldest first."""
    found = Attempt.objects.filter(subject=subject)
    if operation:
        found = found.filter(operation=operation)
    return list(found.order_by("id"))


def listed(subject: str = "") -> QuerySet[Attempt]:
    """Return the calls about a subject (typed id), or all. The caller orders them."""
    rows: QuerySet[Attempt] = Attempt.objects.all()
    return rows.filter(subject=subject) if subject else rows


def latest(subject: str, *, operation: str) -> Attempt | None:
    """Return the newest call of one operation about a subject (typed id)."""
    found: Attempt | None = Attempt.objects.filter(subject=subject, operation=operation).order_by("-id").first()
    return found


def first(subject: str, *, operation: str) -> Attempt | None:
    """Return the oldest call of one operation about a subject (typed id)."""
    found: Attempt | None = Attempt.objects.filter(subject=subject, operation=operation).order_by("id").first()
    return found


def next_generation(subject: str, *, operation: str) -> int:
    """Return the number of a new act of one operation about a subject, whose row the caller holds."""
    last = latest(subject, operation=operation)
    return last.generation + 1 if last is not None else 1


def is_under_way(attempt: Attempt) -> bool:
    """Tell whether a worker holds the call now, or may still take it."""
    if attempt.outcome is not None:
        return False
    if attempt.claimed_at is None:
        return True
    running: bool = Attempt.objects.filter(pk=attempt.pk, lease_until__gt=Now()).exists()
    return running


def has_failed_for_certain(attempt: Attempt) -> bool:
    """Tell whether the call is known to have done nothing, so that another key may be used."""
    return attempt.outcome in _DEFINITE
