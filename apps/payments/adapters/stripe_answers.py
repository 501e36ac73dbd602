"""Stripe's answers as outcomes. The documented status decides, never the HTTP status alone."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from apps.core.errors import Invalid
from apps.core.money import Money
from apps.partners.outcomes import Accepted, Declined, ErrorRule, Outcome, Rejected, Unknown, Wire, classify
from apps.partners.transport import Exchange
from apps.payments.enums import NO_SUCH_PAYMENT, SEVERAL_PAYMENTS

UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, Invalid)
"""What reading an answer raises when it has another form than the documented one."""


def wire(found: Exchange | None, params: Mapping[str, Any]) -> Wire:
    """Return what went over the line, for the log of attempts."""
    if found is None:
        return Wire(request=dict(params))
    return Wire(
        http_status=found.status,
        request=dict(params),
        response=_object(found.body),
        request_id=found.headers.get("request-id", ""),
        latency_ms=found.latency_ms,
    )


def _object(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def read_customer(found: Mapping[str, Any]) -> Outcome:
    """Return the outcome of the making of a customer."""
    return Accepted("created", {"id": str(found["id"]), "reference": str(found["metadata"]["reference"])})


def read_method(found: Mapping[str, Any]) -> Outcome:
    """Return the outcome of binding or unbinding a card, with what may be known of the card."""
    card = found["card"]
    details = {name: str(card[name]) for name in ("brand", "last4", "exp_month", "exp_year", "fingerprint", "country")}
    # The id is the token by which the card is charged: what is kept of a call must not show it.
    details["token"] = str(found["id"])
    return Accepted("attached" if found["customer"] else "detached", details=details)


def read_intent(found: Mapping[str, Any]) -> Outcome:
    """Return the outcome of a payment as the partner tells it now."""
    refs = _refs(found)
    currency, status = str(found["currency"]).upper(), str(found["status"])
    match status:
        case "succeeded":
            return Accepted(status, refs, Money.from_json({"amount": found["amount_received"], "currency": currency}))
        case "processing":
            return Accepted(status, refs, Money.from_json({"amount": found["amount"], "currency": currency}))
        case "requires_action":
            money = Money.from_json({"amount": found["amount"], "currency": currency})
            return Accepted(status, refs, money, {"client_secret": str(found["client_secret"])})
        case "canceled":
            return Declined(status, refs)
        case "requires_payment_method" if found["last_payment_error"]:
            return Declined(_code(found["last_payment_error"]), refs)
    return Unknown(f"status_{status}", refs)


def read_search(found: Mapping[str, Any]) -> Outcome:
    """Return the outcome of the one payment that was found; two are nobody's to choose from."""
    rows = found["data"]
    if len(rows) > 1:
        return Unknown(SEVERAL_PAYMENTS)
    return read_intent(rows[0]) if rows else Rejected(NO_SUCH_PAYMENT)


def refusal(found: Exchange | None, *, operation: str, rules: Iterable[ErrorRule]) -> Outcome:
    """Return what a refusal in the partner's form means; one without that form is unknown."""
    body = _object(found.body) if found else None
    error = body.get("error") if isinstance(body, dict) else None
    if found is None or not isinstance(error, dict):
        return Unknown("unreadable")
    outcome = classify(
        rules,
        operation=operation,
        http_status=found.status,
        code=_code(error),
        is_idempotent=True,
        after_s=_seconds(found.headers.get("retry-after", "")),
    )
    intent = error.get("payment_intent")
    if isinstance(outcome, Declined) and isinstance(intent, dict):
        return Declined(outcome.code, _refs(intent))
    return outcome


def _refs(intent: Mapping[str, Any]) -> dict[str, str]:
    return {"id": str(intent["id"]), "reference": str(intent["metadata"].get("reference", ""))}


def _code(error: Mapping[str, Any]) -> str:
    return str(error.get("decline_code") or error.get("code") or error.get("type") or "")


def _seconds(text: str) -> float | None:
    return float(text) if text.isdecimal() else None
