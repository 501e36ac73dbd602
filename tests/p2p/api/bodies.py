"""Requests for transfers as a client writes them, and what a batch of them is answered."""

from typing import Any

from apps.accounts.models import Customer
from apps.core import ids
from tests.factories import p2p as make
from tests.p2p.money import address_of
from tests.support.callers import Caller


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


def item(payer: Customer, payee: Customer | str, amount: Any = 100, currency: Any = "USD", **more: Any) -> Any:
    """Return an item of a batch, under a key of its own."""
    return {"key": ids.new().hex, **body(payer, payee, amount, currency), **more}


def sent(payer: Customer, *items: Any) -> list[Any]:
    """Send a batch and return its results."""
    answer = Caller(payer.user).post("transfers/batch", {"items": list(items)})
    assert answer.status_code == 200, answer.content
    results: list[Any] = answer.json()["results"]
    return results


def words(results: list[Any]) -> list[str]:
    """Return what became of each item: its status, or the code of its refusal."""
    return [one["problem"]["code"] if one["problem"] else one["status"] for one in results]
