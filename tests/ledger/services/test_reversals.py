"""Reversal: a transaction is undone once, whole, and the caps say so."""

import uuid

import pytest

from apps.ledger import errors
from apps.ledger.enums import PostingStatus, Side
from apps.ledger.models import Entry, ReturnCap, Txn, TxnKind, TxnLink
from apps.ledger.selectors import balances
from apps.ledger.services import accounts, journal
from tests.factories import ledger as make

pytestmark = pytest.mark.django_db


def reverse(unit, txn, key=None):
    with unit():
        return journal.reverse(txn=txn, key=key or make.key(), reason="mistake")


@pytest.fixture
def sent(unit, funded):
    wallet, house = funded
    with unit():
        return make.move(wallet.pk, house.pk, 300)


def test_a_reversal_gives_everything_back(unit, funded, sent):
    wallet, house = funded

    posted = reverse(unit, sent.txn)

    triples = balances.triple(wallet.pk, house.pk)
    assert (triples[wallet.pk].posted, triples[house.pk].posted) == (1_000, -1_000)
    assert Txn.objects.get(pk=posted.txn).reverses == sent.txn
    assert list(
        ReturnCap.objects.filter(origin_txn=sent.txn).order_by("leg").values_list("leg", "original", "used")
    ) == [
        (1, 300, 300),
        (2, 300, 300),
    ]
    links = TxnLink.objects.filter(txn=posted.txn).order_by("origin_leg")
    assert list(links.values_list("origin_txn", "origin_leg", "relation", "amount")) == [
        (sent.txn, 1, "reversal", 300),
        (sent.txn, 2, "reversal", 300),
    ]


def test_a_second_reversal_is_refused(unit, sent):
    reverse(unit, sent.txn)
    before = Entry.objects.count()

    with pytest.raises(errors.ReturnExceedsOriginal) as refused:
        reverse(unit, sent.txn)

    assert refused.value.context == {"line": 2, "bucket": "returned", "left": 0}
    assert Entry.objects.count() == before


def test_a_repeated_reversal_is_a_replay(unit, sent):
    key = make.key()
    first = reverse(unit, sent.txn, key)

    again = reverse(unit, sent.txn, key)

    assert again == journal.Posted(PostingStatus.REPLAYED, first.txn, first.posted_at, first.lines)


def test_a_reversal_is_reversed_once(unit, funded, sent):
    wallet, _ = funded
    back = reverse(unit, sent.txn)

    reverse(unit, back.txn)

    assert balances.triple(wallet.pk)[wallet.pk].posted == 700
    with pytest.raises(errors.ReturnExceedsOriginal):
        reverse(unit, back.txn)


def test_money_that_is_gone_does_not_come_back(unit, funded):
    wallet, house = funded
    top_up = Txn.objects.get(pk=Entry.objects.get(account_id=wallet.no).txn_id)
    with unit():
        make.move(wallet.pk, house.pk, 1)

    with pytest.raises(errors.InsufficientFunds):
        reverse(unit, top_up.pk)


def test_a_frozen_account_gives_nothing_back(unit, funded, sent):
    _, house = funded
    with unit():
        accounts.freeze(house.pk, sides=[Side.DR], reason="fraud")

    with pytest.raises(errors.AccountFrozen):
        reverse(unit, sent.txn)


def test_an_unknown_transaction_is_refused(unit):
    with pytest.raises(errors.OriginUnknown):
        reverse(unit, uuid.uuid4())


def test_a_kind_with_an_opposite_of_its_own_is_refused(unit, sent):
    with unit():
        TxnKind.objects.filter(code="p2p.transfer").change(reversible=False)

    with pytest.raises(errors.NotReversible):
        reverse(unit, sent.txn)
