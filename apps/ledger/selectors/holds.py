"""Holds of accounts as they stand."""

from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from apps.core.money import Money
from apps.ledger.enums import HoldStatus
from apps.ledger.models import Hold, HoldEvent
from apps.ledger.selectors import accounts

AMOUNTS: Final = ("amount", "captured", "over_captured", "released", "remaining")
"""The columns of a hold that are minor units of its asset."""


def of_account(account: UUID, *, status: HoldStatus | None = None) -> QuerySet[Any]:
    """Return the holds of an account, all or those in one state. Raises: account_unknown."""
    found: QuerySet[Any] = Hold.objects.filter(account_no=accounts.number(account))
    return found if status is None else found.filter(status=status)


def open_of(account: UUID) -> list[Hold]:
    """Return the open holds of an account, newest first. Raises: account_unknown."""
    return list(of_account(account, status=HoldStatus.OPEN).order_by("-id"))


def shown(hold: Hold) -> dict[str, Any]:
    """Return the columns of a hold by name, amounts as money of its asset."""
    columns = {field.attname: getattr(hold, field.attname) for field in Hold._meta.concrete_fields}
    return {"pk": hold.pk, **columns, **{name: Money(columns[name], hold.asset) for name in AMOUNTS}}


def events_of(hold: UUID) -> list[HoldEvent]:
    """Return what happened to a hold, in order."""
    return list(HoldEvent.objects.filter(hold=hold).order_by("number"))
