"""Lines whose amount the ledger decides, and returns, within a batch."""

import pytest

from apps.core.money import Money
from apps.ledger.enums import Mode, PostingStatus, Side
from apps.ledger.errors.batches import ExpectationFailed
from apps.ledger.models import Entry, TxnLink
from apps.ledger.services import journal
from tests.factories import ledger as make
from tests.ledger.drafts import available, broken, codes, draft, lines, many

pytestmark = pytest.mark.django_db


def test_what_a_wallet_lacks_is_taken_from_the_rest(unit, funded):
    wallet, house = funded
    with unit():
        shortfall = make.house("A:NEG")
    claim = [
        journal.line(wallet.pk, Money(1_500, "USD"), Side.DR, Mode.UP_TO),
        journal.line(shortfall.pk, Money(0, "USD"), Side.DR, Mode.REST),
        journal.line(house.pk, Money(1_500, "USD"), Side.CR),
    ]

    first, again, second = many(unit, one := draft(claim), one, draft(claim))

    assert [(line.account, line.amount) for line in first.lines] == [
        (wallet.pk, -1_000),
        (shortfall.pk, -500),
        (house.pk, 1_500),
    ]
    assert (again.status, again.lines) == (PostingStatus.REPLAYED, first.lines)
    assert [(line.account, line.amount) for line in second.lines] == [(shortfall.pk, -1_500), (house.pk, 1_500)]
    assert list(Entry.objects.filter(txn_id=second.txn).order_by("leg").values_list("leg", flat=True)) == [1, 2]
    assert broken() == {}


def test_all_of_nothing_is_skipped_or_refused(unit, funded):
    wallet, house = funded
    sweep = [
        journal.line(wallet.pk, Money(0, "USD"), Side.DR, Mode.ALL),
        journal.line(house.pk, Money(0, "USD"), Side.CR, Mode.REST),
    ]

    outcomes = many(unit, draft(sweep), draft(sweep), empty := draft(sweep, may_be_empty=True), empty)

    assert codes(outcomes) == ["posted", "nothing_to_post", "skipped", "skipped"]
    assert available(wallet, house) == [0, 0]


def test_post_takes_lines_of_any_mode_and_raises(unit, funded):
    wallet, house = funded
    words = {"kind": "p2p.transfer", "subject": "trf_test"}
    with unit():
        posted = journal.post(lines=lines(wallet, house, 5, min_available=1_000), key=make.key(), **words)
    with pytest.raises(ExpectationFailed) as refused, unit():
        journal.post(lines=lines(wallet, house, 5, min_available=1_000), key=make.key(), **words)

    assert posted.status == PostingStatus.POSTED
    assert refused.value.context == {"line": 1, "version": 2, "available": 995}


@pytest.mark.parametrize(
    "given",
    [
        [("DR", 5, Mode.ALL), ("CR", 5, Mode.EXACT)],
        [("DR", 5, Mode.EXACT), ("CR", 0, Mode.ALL)],
        [("DR", 5, Mode.EXACT), ("CR", 5, Mode.REST)],
        [("DR", 0, Mode.REST), ("CR", 0, Mode.REST)],
        [("DR", 0, Mode.UP_TO), ("CR", 0, Mode.REST)],
    ],
)
def test_a_mode_with_the_wrong_amount_or_side_is_refused(unit, funded, given):
    words = [
        journal.line(account.pk, Money(amount, "USD"), Side[side], mode)
        for account, (side, amount, mode) in zip(funded, given, strict=True)
    ]

    assert codes(many(unit, draft(words))) == ["amount_invalid"]


def test_reversals_in_one_batch_give_back_once(unit, funded):
    wallet, house = funded
    with unit():
        sent = make.move(wallet.pk, house.pk, 300)
    once, twice = (journal.reversal(txn=sent.txn, key=make.key(), reason="mistake") for _ in range(2))

    outcomes = many(unit, once, twice)

    assert codes(outcomes) == ["posted", "return_exceeds_original"]
    assert TxnLink.objects.filter(origin_txn=sent.txn, txn=outcomes[0].txn).count() == 2
    assert available(wallet) == [1_000]


def test_a_reversal_taken_back_with_its_chain_may_come_again(unit, funded):
    wallet, house = funded
    with unit():
        sent = make.move(wallet.pk, house.pk, 300)
    linked = journal.reversal(txn=sent.txn, key=make.key(), reason="mistake")
    linked = draft(linked.lines, kind=linked.kind, key=linked.key, reason="mistake", reverses=sent.txn, linked=True)
    alone = journal.reversal(txn=sent.txn, key=make.key(), reason="mistake")

    outcomes = many(unit, linked, draft(lines(wallet, house, 9_999)), alone)

    assert codes(outcomes) == ["linked_failed", "insufficient_funds", "posted"]
    assert broken() == {}


def test_a_part_comes_back_and_no_more_than_the_rest(unit, funded):
    wallet, house = funded
    with unit():
        sent = make.move(wallet.pk, house.pk, 300)
    words = {"kind": "ledger.reversal", "reason": "mistake", "reverses": sent.txn}

    outcomes = many(unit, *(draft(lines(house, wallet, amount), **words) for amount in (200, 101, 100)))

    assert codes(outcomes) == ["posted", "return_exceeds_original", "posted"]
    assert outcomes[1].error.context == {"line": 1, "bucket": "returned", "left": 100}
