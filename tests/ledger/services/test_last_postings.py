"""Postings that end their unit: they move by its end, or nothing of the unit stays."""

import pytest

from apps.ledger import errors
from apps.ledger.models import Txn
from apps.ledger.selectors import balances
from apps.ledger.selectors.drafts import Draft
from apps.ledger.services import journal
from tests.factories import ledger as make
from tests.ledger.services.test_journal import pair, rows

pytestmark = pytest.mark.django_db


def test_a_posting_that_ends_its_unit_moves_money_by_its_end(unit, funded):
    wallet, house = funded
    with unit():
        txn = journal.new_txn()
        journal.post_last(draft=Draft(pair(wallet, house, 300), "p2p.transfer", make.key(), "trf_test", as_txn=txn))
        assert balances.triple(wallet.pk)[wallet.pk].posted == 1_000

    assert balances.triple(wallet.pk)[wallet.pk].posted == 700
    assert Txn.objects.filter(pk=txn).exists()


def test_a_refused_posting_that_ends_its_unit_leaves_nothing(unit, funded):
    wallet, house = funded
    before = rows()

    with pytest.raises(errors.InsufficientFunds) as refused, unit():
        journal.post_last(draft=Draft(pair(wallet, house, 1_001), "p2p.transfer", make.key(), "trf_test"))

    assert refused.value.context["available"] == 1_000
    assert rows() == before
