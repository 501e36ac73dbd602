"""Customers and payment methods."""

from datetime import UTC, datetime

from simulators.stripe import cards, forms
from simulators.stripe.calls import Call, shown
from simulators.stripe.cards import CARDS, TestCard
from simulators.stripe.errors import invalid
from simulators.stripe.store import Object, new_id

_DEFAULT_EXPIRY = (12, 4)  # month, years from now, of ready-made tokens


def create_customer(call: Call) -> Object:
    """Make a customer."""
    forms.only(call.params, "email", "name", "description", "metadata", "expand")
    customer = {
        "id": new_id("cus"),
        "object": "customer",
        "created": call.store.now(),
        "description": call.params.get("description"),
        "email": call.params.get("email"),
        "livemode": False,
        "metadata": forms.table(call.params, "metadata"),
        "name": call.params.get("name"),
    }
    call.keep("customer", customer)
    call.emit("customer.created", customer)
    return shown(customer)


def read_customer(call: Call, key: str) -> Object:
    """Return a customer."""
    return shown(call.find("customer", key))


def create(call: Call) -> Object:
    """Make a payment method from a test card's details."""
    forms.only(call.params, "type", "card", "billing_details", "metadata", "expand", "allow_redisplay")
    if forms.text(call.params, "type") != "card":
        raise invalid(message="Only cards are simulated.", param="type")
    details = call.params.get("card")
    if not isinstance(details, dict):
        raise invalid(message="Missing required param: card.", param="card", code="parameter_missing")
    if "token" in details:
        return shown(_of_number(call, cards.of_token(forms.text(details, "token").replace("tok_", "pm_card_"))))
    forms.only(details, "number", "exp_month", "exp_year", "cvc")
    number = forms.text(details, "number")
    public = cards.details(
        number,
        exp_month=forms.text(details, "exp_month"),
        exp_year=forms.text(details, "exp_year"),
        cvc=forms.text(details, "cvc", default=""),
        today=datetime.fromtimestamp(call.store.now(), UTC).date(),
    )
    return shown(_made(call, CARDS[number.replace(" ", "").replace("-", "")], public))


def read(call: Call, key: str) -> Object:
    """Return a payment method; a ready-made token becomes one."""
    return shown(resolve(call, key))


def attach(call: Call, key: str) -> Object:
    """Bind a payment method to a customer; cards that decline do so here already."""
    forms.only(call.params, "customer", "expand")
    customer = call.find("customer", forms.text(call.params, "customer"))
    method = resolve(call, key)
    if method["customer"] not in (None, customer["id"]):
        message = "The payment method you provided has already been attached to a customer."
        raise invalid(message=message, code="payment_method_already_attached")
    if method["_is_detached"]:
        message = "This PaymentMethod was previously used or detached and can not be attached again."
        raise invalid(message=message, code="payment_method_unexpected_state")
    spoiled = call.spoiled_by("decline")
    reason = spoiled.word("code", "generic_decline") if spoiled else method["_on_attach"]
    if reason:
        raise cards.decline(reason)
    method["customer"] = customer["id"]
    call.keep("payment_method", method)
    call.emit("payment_method.attached", method)
    return shown(method)


def detach(call: Call, key: str) -> Object:
    """Unbind a payment method for ever."""
    forms.only(call.params, "expand")
    method = call.find("payment_method", key)
    if method["customer"] is None:
        message = "The payment method you provided is not attached to a customer so detachment is impossible."
        raise invalid(message=message, code="payment_method_unexpected_state")
    method |= {"customer": None, "_is_detached": True}
    call.keep("payment_method", method)
    call.emit("payment_method.detached", method)
    return shown(method)


def resolve(call: Call, key: str) -> Object:
    """Return the stored method, or a new one for a ready-made token. Raises: Refusal."""
    if key in cards.TOKENS:
        return _of_number(call, cards.of_token(key))
    return call.find("payment_method", key)


def _of_number(call: Call, number: str) -> Object:
    month, years = _DEFAULT_EXPIRY
    year = datetime.fromtimestamp(call.store.now(), UTC).year + years
    return _made(call, CARDS[number], cards.public(number, exp_month=month, exp_year=year))


def _made(call: Call, card: TestCard, public: Object) -> Object:
    method = {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {"address": {}, "email": None, "name": None, "phone": None},
        "card": public,
        "created": call.store.now(),
        "customer": None,
        "livemode": False,
        "metadata": forms.table(call.params, "metadata") if "card" in call.params else {},
        "type": "card",
        "_on_attach": card.on_attach,
        "_on_charge": card.on_charge,
        "_after_action": card.after_action,
        "_is_detached": False,
    }
    return call.keep("payment_method", method)
