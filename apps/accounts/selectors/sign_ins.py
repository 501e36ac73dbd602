"""Reads of what happened at sign-in."""

from uuid import UUID

from django.db.models import QuerySet

from apps.accounts.models import CredentialEvent, LoginEvent


def of_login(user: UUID) -> QuerySet[LoginEvent]:
    """Return the sign-ins of a login. The caller orders by id."""
    rows: QuerySet[LoginEvent] = LoginEvent.objects.filter(user_id=user)
    return rows


def credentials_of(user: UUID) -> QuerySet[CredentialEvent]:
    """Return what happened to the credentials of a login. The caller orders by id."""
    rows: QuerySet[CredentialEvent] = CredentialEvent.objects.filter(user_id=user)
    return rows
