"""Holds of accounts as they stand."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.ledger.enums import HoldStatus
from apps.ledger.models import Hold, HoldEvent
from apps.ledger.selectors import accounts


def of_account(account: UUID, *, status: HoldStatus | None = None) -> QuerySet[Any]:
    """Return the holds of an account, all or those in one state. Raises: account_unknown."""
    found: QuerySet[Any] = Hold.objects.filter(account_no=accounts.number(account))
    return found if status is None else found.filter(status=status)


def open_of(account: UUID) -> list[Hold]:
    """Return the open holds of an account, newest first. Raises: account_unknown."""
    return list(of_account(account, status=HoldStatus.OPEN).order_by("-id"))


def events_of(hold: UUID) -> list[HoldEvent]:
    """Return what happened to a hold, in order."""
    return list(HoldEvent.objects.filter(hold=hold).order_by("number"))
