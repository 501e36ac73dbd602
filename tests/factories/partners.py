"""Boring rows of partners, made by its services; call them inside an open unit."""

from datetime import date
from typing import Any

from apps.core import ids
from apps.partners.models import Attempt, PartnerErrorMap
from apps.partners.services import attempts


def subject() -> str:
    """Return the typed id of a top-up that nobody else has."""
    return ids.encode("top", ids.new())


def attempt(**words: Any) -> Attempt:
    """Return a prepared call."""
    values = {
        "connector": "bank",
        "environment": "test",
        "operation": "payments.create",
        "subject": subject(),
        "content": {"amount": 100, "currency": "USD"},
    }
    return attempts.prepare(**{**values, **words})


def partner_error_map(**words: Any) -> PartnerErrorMap:
    """Return what a code means that no other row speaks of."""
    values = {
        "connector": "bank",
        "code": subject(),
        "verdict": "declined",
        "valid_from": date(2026, 1, 1),
    }
    row = PartnerErrorMap(**{**values, **words})
    row.save()
    return row
