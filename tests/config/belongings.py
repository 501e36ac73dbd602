"""What a customer owns: a row of every noun whose typed id consumers may name."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from apps.accounts.models import Customer, Wallet
from apps.compliance.models import KycApplication
from apps.notifications.models import InboxHead
from tests.factories import accounts, compliance, helpdesk, notifications, p2p, payments
from tests.support.units import later


def own(customer: Customer, prefix: str) -> Any:
    """Return a row of the customer's whose id begins with the prefix, in the open unit."""
    if prefix not in _MAKERS:
        pytest.fail(f"{__name__}: say how a customer comes by a row whose id begins with {prefix}_", pytrace=False)
    later()
    return _MAKERS[prefix](customer)


def refs(customer: Customer, wanted: Mapping[str, str]) -> dict[str, str]:
    """Return ids of the customer's own rows, for names with their prefixes."""
    return {name: own(customer, prefix).ref for name, prefix in wanted.items()}


def _application(customer: Customer) -> KycApplication:
    return KycApplication.objects.filter(customer=customer).first() or compliance.kyc_application(customer)


def _notification(customer: Customer) -> Any:
    told = notifications.recipient(owner=customer.user.ref)
    return notifications.notification(head=InboxHead.objects.select_related("recipient").get(recipient=told))


def _transfer(customer: Customer) -> Any:
    other = accounts.customer()
    later()
    return p2p.send(customer, other, 1)


_MAKERS: Final[dict[str, Callable[[Customer], Any]]] = {
    "cht": lambda customer: helpdesk.chat_session(helpdesk.as_customer(customer)),
    "doc": lambda customer: compliance.document(_application(customer)),
    "kyc": _application,
    "ntf": _notification,
    "pme": lambda customer: payments.payment_method(customer=customer),
    "tkt": lambda customer: helpdesk.ticket(helpdesk.as_customer(customer)),
    "top": lambda customer: payments.top_up(method=payments.payment_method(customer=customer)),
    "trf": _transfer,
    "wal": lambda customer: Wallet.objects.get(pk=customer.receiving_wallet_id),
}
