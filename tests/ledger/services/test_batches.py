"""Many postings in one call: one result each, and what is wrong with one costs the others nothing."""

import datetime as dt
import math
import uuid

import pytest

from apps.core import clock
from apps.core.errors import InvalidAmount, LockOrderViolation
from apps.core.money import Money
from apps.ledger.enums import Side
from apps.ledger.models import Entry, Txn
from apps.ledger.services import accounts, journal
from tests.factories import ledger as make
from tests.ledger.drafts import available, broken, codes, draft, lines, many

pytestmark = pytest.mark.django_db


def test_nothing_to_do_does_nothing(unit):
    assert many(unit) == []


def test_each_posting_is_told_what_it_left(unit, funded):
    wallet, house = funded

    first, second = many(unit, draft(lines(wallet, house, 300)), draft(lines(house, wallet, 50)))

    assert [(one.account, one.amount, one.posted, one.available, one.version) for one in first.lines] == [
        (wallet.pk, -300, 700, 700, 2),
        (house.pk, 300, -700, -700, 2),
    ]
    assert [(one.account, one.amount, one.posted, one.available, one.version) for one in second.lines] == [
        (house.pk, -50, -750, -750, 3),
        (wallet.pk, 50, 750, 750, 3),
    ]
    assert Txn.objects.filter(pk__in=[first.txn, second.txn], posted_at=first.posted_at).count() == 2


def one_of_each(unit, wallet, house):
    """Return a draft with each fault by its code."""
    with unit():
        other, euros, closed, frozen = make.wallet(), make.wallet("EUR"), make.wallet(), make.wallet(floor=None)
        full, cash = make.wallet(ceiling=10), make.house(asset="EUR")
    with unit():
        accounts.close(closed.pk, reason="test")
    with unit():
        accounts.freeze(frozen.pk, sides=[Side.DR], reason="fraud")
    nobody = type("Nobody", (), {"pk": uuid.uuid4()})
    today = clock.now().date()
    return {
        "too_few_lines": draft(lines(wallet, house, 1)[:1]),
        "account_twice": draft(lines(wallet, wallet, 1)),
        "unbalanced": draft([*lines(wallet, house, 1)[:1], *lines(wallet, house, 2)[1:]]),
        "account_unknown": draft(lines(wallet, nobody, 1)),
        "asset_mismatch": draft(lines(wallet, house, 1, "EUR")),
        "kind_unknown": draft(lines(wallet, house, 1), kind="p2p.gift"),
        "meta_invalid": draft(lines(wallet, house, 1), meta={"memo": "thanks"}),
        "key_invalid": draft(lines(wallet, house, 1), key="k" * 256),
        "reference_form_invalid": draft(lines(wallet, house, 1), subject="dear friend"),
        "effective_in_future": draft(lines(wallet, house, 1), effective_on=today + dt.timedelta(days=1)),
        "period_closed": draft(lines(wallet, house, 1), effective_on=dt.date(2020, 2, 29)),
        "id_clock_skew": draft(lines(wallet, house, 1), as_txn=uuid.uuid4()),
        "origin_unknown": draft(lines(wallet, house, 1), reverses=uuid.uuid4()),
        "account_closed": draft(lines(wallet, closed, 1)),
        "account_frozen": draft(lines(frozen, house, 1)),
        "insufficient_funds": draft(lines(other, house, 1)),
        "ceiling_exceeded": draft(lines(wallet, full, 11)),
        "approval_required": draft(lines(wallet, house, 1), kind="ledger.adjustment", reason="mistake"),
        "fx_position_required": draft([*lines(wallet, house, 1), *lines(cash, euros, 1, "EUR")]),
        "expectation_failed": draft(lines(wallet, house, 1, expect_version=7)),
    }


def test_every_fault_is_named_and_costs_the_others_nothing(unit, funded):
    wallet, house = funded
    faults = one_of_each(unit, wallet, house)
    good = [draft(lines(wallet, house, 10)) for _ in range(len(faults))]

    outcomes = many(unit, *(one for pair in zip(faults.values(), good, strict=True) for one in pair))

    assert codes(outcomes[::2]) == list(faults)
    assert codes(outcomes[1::2]) == ["posted"] * len(good)
    assert available(wallet) == [1_000 - 10 * len(good)]
    assert broken() == {}


@pytest.mark.parametrize("amount", [0, -1, 2**53, 2**62])
def test_an_amount_out_of_range_is_refused(unit, funded, amount):
    wallet, house = funded

    outcomes = many(unit, draft(lines(wallet, house, amount)), draft(lines(wallet, house, 1)))

    assert codes(outcomes) == ["amount_invalid", "posted"]


@pytest.mark.parametrize("amount", [math.nan, math.inf, 1.5, "12", True, None])
def test_what_is_no_whole_number_is_no_money(amount):
    with pytest.raises(InvalidAmount):
        Money(amount, "USD")


@pytest.mark.parametrize("word", ["expect_version", "min_available"])
@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 2**63 - 1])
def test_an_expectation_at_the_edge_of_64_bits_is_refused(unit, funded, word, value):
    wallet, house = funded

    outcomes = many(unit, draft(lines(wallet, house, 1, **{word: value})), draft(lines(wallet, house, 1)))

    assert codes(outcomes) == ["expectation_failed", "posted"]


def test_a_thousand_and_one_postings_take_two_calls(unit, funded):
    wallet, house = funded

    outcomes = many(unit, *(draft(lines(wallet, house, 1)) for _ in range(1_001)))

    assert codes(outcomes) == ["posted"] * 1_000 + ["insufficient_funds"]
    assert Entry.objects.filter(account_id=wallet.no).count() == 1_001


def test_a_refusal_by_try_post_leaves_the_unit_open(unit, funded):
    wallet, house = funded
    with unit():
        other = make.wallet()
        refused = journal.try_post(
            lines=lines(wallet, house, 1_001), kind="p2p.transfer", key=make.key(), subject="trf_test"
        )
    posted = many(unit, draft(lines(wallet, other, 1)))

    assert refused.error.context == {"line": 1, "available": 1_000, "needed": 1_001}
    assert codes(posted) == ["posted"]


def test_a_batch_is_the_one_ledger_call_of_its_unit(unit, funded):
    wallet, house = funded

    def twice():
        with unit():
            make.move(wallet.pk, house.pk, 1)
            journal.post_many(postings=[draft(lines(wallet, house, 1))])

    with pytest.raises(LockOrderViolation):
        twice()


def test_a_transaction_has_the_id_that_its_row_names(unit, funded):
    wallet, house = funded
    with unit():
        txn = journal.new_txn()
        (posted,) = journal.post_many(postings=[draft(lines(wallet, house, 1), as_txn=txn)])

    assert posted.txn == txn
