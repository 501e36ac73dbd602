"""The simulated partner of this process's connector."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.accounts.models import Customer
from apps.partners.transport import Limits
from apps.payments.adapters import registry
from apps.payments.adapters.registry import Connector
from apps.payments.adapters.stripe_account import Account
from apps.payments.models import TopUp
from simulators.stripe import StripeSimulator
from tests.payments import shop
from tests.simulators.stripe.client import Client


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[Client]:
    """Return a client of the simulator that our connector calls; it waits half a second for an answer."""
    simulator = StripeSimulator(host="127.0.0.1", port=0, folder=tmp_path)
    simulator.start()
    usual = registry.card_acquirer()
    connector = Connector(
        Account(
            api_base=simulator.addresses["api"],
            secret_key="sk_test_simulated",
            webhook_secrets=(shop.SECRET,),
            limits=Limits(connect_s=0.5, total_s=0.5),
        )
    )
    registry.register(connector)
    with Client(simulator.addresses["api"], "sk_test_simulated") as client:
        yield client
    registry.register(usual)
    connector.adapter.close()
    simulator.stop()


@pytest.fixture
def waiting(ada: Customer, partner: Client) -> TopUp:
    """Return a top-up of 20.00 whose owner the bank asks to confirm it."""
    return shop.call(shop.reserved(shop.card(partner, ada, shop.ASKS), 2_000))


@pytest.fixture
def ada() -> Customer:
    return shop.person()
