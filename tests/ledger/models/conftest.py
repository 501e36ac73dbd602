"""Books of the committed database for raw SQL."""

import pytest

from tests.factories import ledger as make
from tests.ledger.books import Books


@pytest.fixture
def kept(committed_db, unit) -> Books:
    with unit():
        house, wallet, euros = make.house(), make.wallet(), make.wallet("EUR", floor=None)
    with unit():
        txn = make.move(house.pk, wallet.pk, 1_000, kind="payments.top_up").txn
    with unit():
        make.move(house.pk, wallet.pk, 600, kind="payments.top_up")
    with unit():
        hold = make.held(wallet.pk, 600).hold
    return Books(wallet.no, house.no, euros.no, txn, hold)
