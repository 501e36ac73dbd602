"""Payment intents: made and confirmed, captured, cancelled, read, found by reference."""

import re
from typing import Any

from simulators.stripe import cards, forms, methods
from simulators.stripe.calls import Call, page, shown
from simulators.stripe.errors import Refusal, invalid
from simulators.stripe.store import Object, new_id

# Currency -> the least amount, in minor units.
LEAST = {"usd": 50, "eur": 50, "gbp": 30, "jpy": 50, "kwd": 500}
LARGEST = 99_999_999
_CREATE = (
    *("amount", "automatic_payment_methods", "capture_method", "confirm", "currency", "customer", "description"),
    *("error_on_requires_action", "expand", "metadata", "off_session", "payment_method", "payment_method_types"),
    *("receipt_email", "return_url", "setup_future_usage", "statement_descriptor_suffix"),
)
_QUERY = re.compile(
    r"metadata\[(?P<mark>[\"'])(?P<name>\w{1,40})(?P=mark)\]\s*:\s*(?P<quote>[\"'])(?P<value>[^\"']*)(?P=quote)"
)


def create(call: Call) -> Object:
    """Make an intent and, when asked to, confirm it at once."""
    params = call.params
    forms.only(params, *_CREATE)
    currency = forms.text(params, "currency").lower()
    if currency not in LEAST:
        raise invalid(message=f"Invalid currency: {currency}.", param="currency")
    amount, is_confirmed = _amount(params, currency), forms.flag(params, "confirm")
    customer = params.get("customer")
    if customer:
        call.find("customer", customer)
    method = _method(call, customer)
    intent = _new(call, amount, currency, method)
    call.keep("payment_intent", intent)
    call.emit("payment_intent.created", intent)
    if is_confirmed:
        intent = _confirm(call, intent, method)
    return _answered(call, intent)


def confirm(call: Call, key: str) -> Object:
    """Charge the card of an intent that waits for it."""
    forms.only(call.params, "payment_method", "off_session", "error_on_requires_action", "return_url", "expand")
    intent = call.find("payment_intent", key)
    _require(intent, "confirm", "requires_payment_method", "requires_confirmation", "requires_action")
    method = _method(call, intent["customer"]) or call.find("payment_method", str(intent["payment_method"]))
    return _answered(call, _confirm(call, intent, method))


def capture(call: Call, key: str) -> Object:
    """Take the authorised money, or a part of it."""
    forms.only(call.params, "amount_to_capture", "expand")
    intent = call.find("payment_intent", key)
    _require(intent, "capture", "requires_capture")
    amount = forms.whole(call.params, "amount_to_capture") if "amount_to_capture" in call.params else intent["amount"]
    if not 0 < amount <= intent["amount_capturable"]:
        message = "The amount to capture is greater than the amount that can be captured."
        raise invalid(message=message, param="amount_to_capture", code="amount_too_large")
    return _answered(call, _succeed(call, intent, amount))


def cancel(call: Call, key: str) -> Object:
    """End an intent that has not succeeded."""
    forms.only(call.params, "cancellation_reason", "expand")
    intent = call.find("payment_intent", key)
    open_ = ("requires_payment_method", "requires_confirmation", "requires_action", "requires_capture", "processing")
    _require(intent, "cancel", *open_)
    intent |= {
        "status": "canceled",
        "canceled_at": call.store.now(),
        "cancellation_reason": call.params.get("cancellation_reason"),
        "amount_capturable": 0,
    }
    call.keep("payment_intent", intent)
    call.emit("payment_intent.canceled", intent)
    return shown(intent)


def read(call: Call, key: str) -> Object:
    """Return an intent, or how it was before its last change."""
    intent = call.find("payment_intent", key)
    before = intent.get("_before")
    return _answered(call, before if before and call.spoiled_by("stale") else intent)


def find(call: Call) -> dict[str, Any]:
    """Return the intents of one metadata value."""
    forms.only(call.params, "query", "limit", "page", "expand")
    query = _QUERY.fullmatch(forms.text(call.params, "query").strip())
    if not query:
        raise invalid(message="Only searches by one metadata value are simulated.", param="query")
    rows = [row for row in call.store.all("payment_intent") if row["metadata"].get(query["name"]) == query["value"]]
    if call.spoiled_by("stale"):
        rows = []
    found = page(rows, {}, "/v1/payment_intents/search")
    return {
        **found,
        "object": "search_result",
        "next_page": None,
        "data": [_altered(call, row) for row in found["data"]],
    }


def list_(call: Call) -> dict[str, Any]:
    """Return intents, newest first."""
    forms.only(call.params, "customer", "limit", "starting_after", "created", "expand")
    rows = call.store.all("payment_intent")
    if "customer" in call.params:
        rows = [row for row in rows if row["customer"] == call.params["customer"]]
    return page(rows, call.params, "/v1/payment_intents")


def complete(call: Call, key: str, *, reason: str = "") -> Object:
    """Let a charge that was left open succeed, or fail for a reason: what the network or the card's owner answers."""
    intent = call.find("payment_intent", key)
    if intent["status"] == "requires_action":
        reason = reason or call.find("payment_method", intent["payment_method"])["_after_action"]
    if not reason:
        return _succeed(call, intent, intent["amount"])
    _fail(call, intent, reason)
    return call.find("payment_intent", key)


def _new(call: Call, amount: int, currency: str, method: Object | None) -> Object:
    key = new_id("pi")
    return {
        "id": key,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": _capture_method(call),
        "client_secret": f"{key}_secret_{new_id('x')[2:]}",
        "confirmation_method": "automatic",
        "created": call.store.now(),
        "currency": currency,
        "customer": call.params.get("customer"),
        "description": call.params.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": forms.table(call.params, "metadata"),
        "next_action": None,
        "payment_method": method["id"] if method else None,
        "payment_method_types": ["card"],
        "status": "requires_confirmation" if method else "requires_payment_method",
    }


def _confirm(call: Call, intent: Object, method: Object | None) -> Object:
    if method is None:
        message = "You cannot confirm this PaymentIntent because it's missing a payment method."
        raise invalid(message=message, code="payment_intent_unexpected_state")
    intent["payment_method"] = method["id"]
    spoiled = call.spoiled_by("decline")
    reason = spoiled.word("code", "generic_decline") if spoiled else method["_on_charge"]
    if reason == "requires_action" or call.spoiled_by("action"):
        return _ask_for_action(call, intent)
    if reason:
        raise _fail(call, intent, reason)
    if call.spoiled_by("processing"):
        intent["status"] = "processing"
        call.keep("payment_intent", intent)
        call.emit("payment_intent.processing", intent)
        return intent
    if intent["capture_method"] == "manual":
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"], "latest_charge": new_id("ch")}
        call.keep("payment_intent", intent)
        call.emit("payment_intent.amount_capturable_updated", intent)
        return intent
    return _succeed(call, intent, intent["amount"])


def _succeed(call: Call, intent: Object, amount: int) -> Object:
    intent |= {
        "status": "succeeded",
        "amount_received": amount,
        "amount_capturable": 0,
        "last_payment_error": None,
        "next_action": None,
        "latest_charge": intent["latest_charge"] or new_id("ch"),
    }
    call.keep("payment_intent", intent)
    call.emit("payment_intent.succeeded", intent)
    call.emit("charge.succeeded", _charge(intent))
    return intent


def _ask_for_action(call: Call, intent: Object) -> Object:
    if forms.flag(call.params, "off_session") or forms.flag(call.params, "error_on_requires_action"):
        raise _fail(call, intent, "authentication_required")
    intent |= {
        "status": "requires_action",
        "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}},
    }
    call.keep("payment_intent", intent)
    call.emit("payment_intent.requires_action", intent)
    return intent


def _fail(call: Call, intent: Object, reason: str) -> Refusal:
    """Note the refusal of the card on the intent, and return it."""
    error = cards.decline(reason, charge=new_id("ch")).body["error"]
    intent |= {
        "status": "requires_payment_method",
        "last_payment_error": error,
        "latest_charge": error["charge"],
        "payment_method": None,
    }
    call.keep("payment_intent", intent)
    call.emit("payment_intent.payment_failed", intent)
    return Refusal(402, {**error, "payment_intent": shown(intent)}, is_kept=True)


def _charge(intent: Object) -> Object:
    names = ("amount", "currency", "customer", "metadata", "payment_method")
    return {
        "id": intent["latest_charge"],
        "object": "charge",
        "payment_intent": intent["id"],
        "captured": True,
        "paid": True,
        "status": "succeeded",
        **{name: intent[name] for name in names},
    }


def _amount(params: forms.Values, currency: str) -> int:
    amount = forms.whole(params, "amount")
    if amount < LEAST[currency]:
        message = f"Amount must be at least {LEAST[currency]} of the smallest unit of {currency}."
        raise invalid(message=message, param="amount", code="amount_too_small")
    if amount > LARGEST:
        raise invalid(message="Amount must be no more than 99999999.", param="amount", code="amount_too_large")
    return amount


def _method(call: Call, customer: Any) -> Object | None:
    key = call.params.get("payment_method")
    if not key:
        return None
    method = methods.resolve(call, str(key))
    if method["customer"] != (customer or None) and method["customer"] is not None:
        message = "The provided PaymentMethod was attached to another Customer."
        raise invalid(message=message, param="payment_method", code="payment_method_unexpected_state")
    if method["_is_detached"]:
        message = "The provided PaymentMethod was previously detached and cannot be used."
        raise invalid(message=message, param="payment_method", code="payment_method_unexpected_state")
    return method


def _capture_method(call: Call) -> str:
    found = forms.text(call.params, "capture_method", default="automatic")
    if found not in ("automatic", "automatic_async", "manual"):
        raise invalid(message="Invalid capture_method.", param="capture_method")
    return found


def _require(intent: Object, act: str, *states: str) -> None:
    if intent["status"] not in states:
        message = f"You cannot {act} this PaymentIntent because it has a status of {intent['status']}."
        raise invalid(message=message, code="payment_intent_unexpected_state")


def _answered(call: Call, intent: Object) -> Object:
    return _altered(call, shown(intent))


def _altered(call: Call, intent: Object) -> Object:
    spoiled = call.spoiled_by("integrity")
    if spoiled:
        added = int(spoiled.number("add", 1))
        return intent | {"amount": intent["amount"] + added, "amount_received": intent["amount_received"] + added}
    return intent
