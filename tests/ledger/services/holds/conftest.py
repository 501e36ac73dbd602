"""A wallet of 1,000, a shop, and acts on holds in units of their own."""

import pytest

from apps.ledger.services import holds
from tests.factories import ledger as make
from tests.ledger.drafts import lines


@pytest.fixture
def wallet(db, funded):
    return funded[0]


@pytest.fixture
def shop(db, unit):
    with unit():
        return make.wallet()


@pytest.fixture
def act(unit):
    """Return what runs one act of holds in a unit of its own."""

    def run(call, *ids, **words):
        with unit():
            return call(*ids, **{"key": make.key(), **words})

    return run


@pytest.fixture
def placed(act, wallet):
    """Return what places a hold on the wallet of 1,000."""

    def place(amount=600, **words):
        return act(make.held, wallet.pk, amount, **words).hold

    return place


@pytest.fixture
def capture(act, wallet, shop):
    def take(hold, amount, payer=None, **words):
        given = {"lines": lines(payer or wallet, shop, amount), "kind": "p2p.transfer", "subject": "trf_test"}
        return act(holds.capture, hold, **{**given, **words})

    return take
