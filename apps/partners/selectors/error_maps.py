"""Reads of what partners' codes mean."""

from datetime import date

from django.db.models import Q

from apps.partners.models import PartnerErrorMap
from apps.partners.outcomes import ErrorRule


def rules_of(connector: str, *, on: date) -> tuple[ErrorRule, ...]:
    """Return the rules of a connector that hold on a day, for its adapter."""
    return tuple(
        ErrorRule(operation=row.operation, http_status=row.http_status, code=row.code, verdict=row.verdict)
        for row in _valid(connector, on)
    )


def user_message(connector: str, code: str, *, on: date) -> str:
    """Return the code that a customer is told instead of a partner's one.

    A code that the map does not know is told as the row for any code says, and as it is where there is none.
    """
    told = {row.code: row.user_message for row in _valid(connector, on) if row.user_message}
    return told.get(code) or told.get("") or code


def _valid(connector: str, on: date) -> list[PartnerErrorMap]:
    rows = PartnerErrorMap.objects.filter(connector=connector, valid_from__lte=on)
    return list(rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).order_by("valid_from", "id"))
