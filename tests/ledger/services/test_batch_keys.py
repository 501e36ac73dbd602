"""Keys and chains within a batch: nothing is posted twice, and what is linked stands or falls together."""

import pytest

from apps.ledger.services import journal
from tests.factories import ledger as make
from tests.ledger.drafts import available, codes, draft, lines, many, rows

pytestmark = pytest.mark.django_db


def test_a_chain_of_a_thousand_and_one_is_too_large(unit, funded):
    wallet, house = funded
    chain = [draft(lines(wallet, house, 1), linked=True) for _ in range(1_001)]

    outcomes = many(unit, *chain)

    assert codes(outcomes) == ["batch_too_large"] * 1_001
    assert available(wallet) == [1_000]


def test_the_same_posting_twice_in_one_batch_is_posted_once(unit, funded):
    wallet, house = funded
    twice = draft(lines(wallet, house, 300))

    first, other, second = many(unit, twice, draft(lines(wallet, house, 1)), twice)

    assert codes([first, other, second]) == ["posted", "posted", "replayed"]
    assert (second.txn, second.lines) == (first.txn, first.lines)
    assert available(wallet) == [699]


def test_a_key_with_other_content_in_one_batch_is_refused(unit, funded):
    wallet, house = funded
    key = make.key()

    outcomes = many(unit, draft(lines(wallet, house, 1), key=key), draft(lines(wallet, house, 2), key=key))

    assert codes(outcomes) == ["posted", "key_reused"]


def test_a_refused_posting_may_come_again_in_the_same_batch(unit, funded):
    wallet, house = funded
    wanted = draft(lines(wallet, house, 1_200))

    outcomes = many(unit, wanted, draft(lines(house, wallet, 500)), wanted)

    assert codes(outcomes) == ["insufficient_funds", "posted", "posted"]


def test_a_batch_that_comes_again_is_replayed(unit, funded):
    wallet, house = funded
    batch = [draft(lines(wallet, house, amount)) for amount in (1, 2, 3)]
    first = many(unit, *batch)
    before = rows()

    again = many(unit, *batch)

    assert codes(again) == ["replayed"] * 3
    assert [(one.txn, one.posted_at, one.lines) for one in again] == [
        (one.txn, one.posted_at, one.lines) for one in first
    ]
    assert rows() == before


def test_one_key_means_the_same_by_either_path(unit, funded):
    wallet, house = funded
    key, given = make.key(), lines(wallet, house, 5)
    with unit():
        alone = journal.post(lines=given, kind="p2p.transfer", key=key, subject="trf_test")

    same, other = many(unit, draft(given, key=key)), many(unit, draft(given[::-1], key=key))

    assert codes(same + other) == ["replayed", "key_reused"]
    assert same[0].txn == alone.txn


def test_a_chain_fails_as_one_and_names_the_culprit(unit, funded):
    wallet, house = funded
    before = rows()

    outcomes = many(
        unit,
        draft(lines(wallet, house, 600), linked=True),
        draft(lines(wallet, house, 600), linked=True),
        draft(lines(wallet, house, 1)),
    )

    assert codes(outcomes) == ["linked_failed", "insufficient_funds", "linked_failed"]
    assert outcomes[0].error.context == outcomes[2].error.context == {"item": 2}
    assert rows() == before


def test_a_chain_with_a_malformed_member_fails_as_one(unit, funded):
    wallet, house = funded

    outcomes = many(
        unit,
        draft(lines(wallet, house, 1)),
        draft(lines(wallet, house, 1), linked=True),
        draft(lines(wallet, wallet, 1)),
    )

    assert codes(outcomes) == ["posted", "linked_failed", "account_twice"]
    assert outcomes[1].error.context == {"item": 3}


def test_a_key_stands_once_in_a_chain(unit, funded):
    wallet, house = funded
    one = draft(lines(wallet, house, 1), linked=True)

    assert codes(many(unit, one, one)) == ["linked_failed", "key_reused"]
