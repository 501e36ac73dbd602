"""Requests for transfers as a client writes them."""

from typing import Any

from apps.accounts.models import Customer
from tests.factories import p2p as make
from tests.p2p.money import address_of


def body(payer: Customer, payee: Customer | str, amount: Any = 2_510, currency: Any = "USD", **more: Any) -> Any:
    """Return the body of a transfer or of a preview."""
    return {
        "wallet": wallet(payer),
        "payee": {"email": address_of(payee)},
        "money": {"amount": amount, "currency": currency},
        **more,
    }


def wallet(customer: Customer) -> str:
    """Return the typed id of the wallet in which a customer receives."""
    return customer._meta.get_field("receiving_wallet").related_model.ref_of(make.wallet_of(customer))
