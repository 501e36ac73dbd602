"""Test cards: their numbers decide what happens. Any other number is refused and never kept."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from simulators.stripe.errors import Refusal, card, invalid

_DECLINED = "Your card was declined."
MESSAGES = {
    "card_declined": _DECLINED,
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "insufficient_funds": "Your card has insufficient funds.",
    "authentication_required": "This payment required an authentication action to complete, but none was taken.",
}
# Codes that stand by themselves; every other decline is `card_declined` with its reason as the decline code.
_OWN_CODES = (
    *("expired_card", "incorrect_cvc", "processing_error", "authentication_required"),
    "payment_intent_authentication_failure",
)


@dataclass(frozen=True, slots=True)
class TestCard:
    """What one number does when it is attached, charged, and after its owner has confirmed.

    Nothing, a decline code or, when it is charged, an action.
    """

    brand: str
    on_attach: str = ""
    on_charge: str = ""
    after_action: str = ""
    country: str = "US"


def _declining(reason: str) -> TestCard:
    return TestCard("visa", on_attach=reason, on_charge=reason)


CARDS = {
    "4242424242424242": TestCard("visa"),
    "5555555555554444": TestCard("mastercard"),
    "378282246310005": TestCard("amex"),
    "4000008260000000": TestCard("visa", country="GB"),
    "4000000000000002": _declining("generic_decline"),
    "4000000000009995": _declining("insufficient_funds"),
    "4000000000009987": _declining("lost_card"),
    "4000000000009979": _declining("stolen_card"),
    "4000000000000069": _declining("expired_card"),
    "4000000000000127": _declining("incorrect_cvc"),
    "4000000000000119": _declining("processing_error"),
    "4000000000006975": _declining("card_velocity_exceeded"),
    "4000000000000341": TestCard("visa", on_charge="generic_decline"),
    "4000002500003155": TestCard("visa", on_charge="requires_action"),
    "4000002760003184": TestCard("visa", on_charge="requires_action"),
    "4000000000003220": TestCard("visa", on_charge="requires_action"),
    "4000008400001629": TestCard("visa", on_charge="requires_action", after_action="generic_decline"),
}
TOKENS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_authenticationRequired": "4000002760003184",
}


def decline(reason: str, **objects: Any) -> Refusal:
    """Return the refusal of a charge for this reason."""
    code = reason if reason in _OWN_CODES else "card_declined"
    message = MESSAGES.get(reason, _DECLINED)
    return card(code=code, message=message, decline_code=reason, **objects)


def details(number: str, *, exp_month: str, exp_year: str, cvc: str, today: date) -> dict[str, Any]:
    """Return the public details of a test card. Raises: Refusal for what is no card."""
    plain = number.replace(" ", "").replace("-", "")
    if not plain.isdecimal() or not _has_check_digit(plain):
        raise card(code="incorrect_number", message="Your card number is incorrect.", param="number")
    if not exp_month.isdecimal() or not 1 <= int(exp_month) <= 12:  # noqa: PLR2004 - months
        raise card(code="invalid_expiry_month", message="Your card's expiration month is invalid.", param="exp_month")
    if not exp_year.isdecimal() or not (today.year, today.month) <= (int(exp_year), int(exp_month)):
        raise card(code="invalid_expiry_year", message="Your card's expiration year is invalid.", param="exp_year")
    if cvc and not (cvc.isdecimal() and len(cvc) in (3, 4)):
        raise card(code="invalid_cvc", message="Your card's security code is invalid.", param="cvc")
    if plain not in CARDS:
        message = "Your card was declined. Your request was in test mode, but used a non test card."
        raise card(code="card_declined", message=message, decline_code="test_mode_live_card")
    return public(plain, exp_month=int(exp_month), exp_year=int(exp_year))


def public(number: str, *, exp_month: int, exp_year: int) -> dict[str, Any]:
    """Return what may be known of a test card."""
    found = CARDS[number]
    return {
        "brand": found.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": found.country,
        "display_brand": found.brand,
        "exp_month": exp_month,
        "exp_year": exp_year,
        "fingerprint": hashlib.sha256(f"simulated {number}".encode()).hexdigest()[:16],
        "funding": "credit",
        "generated_from": None,
        "last4": number[-4:],
        "networks": {"available": [found.brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def of_token(token: str) -> str:
    """Return the number behind a ready-made token. Raises: Refusal."""
    if token not in TOKENS:
        raise invalid(
            message=f"No such PaymentMethod: '{token}'", param="payment_method", code="resource_missing", status=404
        )
    return TOKENS[token]


def _has_check_digit(number: str) -> bool:
    digits = [int(digit) for digit in number]
    doubled = (digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2])  # noqa: PLR2004 - 2 x 5 = 10
    return 12 <= len(number) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0  # noqa: PLR2004 - of cards
