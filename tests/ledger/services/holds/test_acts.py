"""Holds from their placing to their end: what each act leaves of the hold and of the account."""

from datetime import timedelta

import pytest

from apps.core.money import Money
from apps.ledger import errors
from apps.ledger.errors import holds as refusals
from apps.ledger.models import HoldEvent
from apps.ledger.services import holds, journal
from tests.factories import ledger as make
from tests.ledger.drafts import broken
from tests.ledger.promises import change, in_a_day, left, state
from tests.support.written import nothing_written


def test_a_hold_makes_money_unavailable_and_moves_none(wallet, act):
    answer = act(make.held, wallet.pk, 600)

    assert left(wallet) == (1_000, 400)
    assert (answer.status, answer.remaining, answer.held, answer.available) == ("posted", 600, 600, 400)
    assert state(answer.hold) == ("open", 600, 0, 0, 0, 600)
    assert broken() == {}


def test_what_is_held_is_not_paid_again(wallet, shop, placed, unit):
    placed(600)

    with pytest.raises(errors.InsufficientFunds) as refused, unit():
        make.move(wallet.pk, shop.pk, 401)

    assert refused.value.context["available"] == 400


@pytest.mark.parametrize("first", [0, 600])
def test_more_than_is_available_is_not_held(wallet, act, placed, first):
    if first:
        placed(first)

    with nothing_written(), pytest.raises(errors.InsufficientFunds) as refused:
        act(make.held, wallet.pk, 1_001 - first)

    assert refused.value.context == {"available": 1_000 - first, "needed": 1_001 - first}


def test_a_capture_moves_what_was_held(wallet, shop, placed, capture):
    hold = placed(600)

    posted = capture(hold, 600)

    assert [(one.posted, one.available) for one in posted.lines] == [(400, 400), (600, 600)]
    assert state(hold) == ("captured", 600, 600, 0, 0, 0)
    assert broken() == {}


def test_a_final_capture_of_less_releases_the_rest(wallet, placed, capture):
    hold = placed(600)

    capture(hold, 450)

    assert left(wallet) == (550, 550)
    assert state(hold) == ("captured", 600, 450, 0, 150, 0)
    assert broken() == {}


def test_three_part_captures_then_a_final_one_with_less(wallet, placed, capture):
    hold = placed(600)

    for amount in (100, 150, 50):
        capture(hold, amount, final=False)
    assert (left(wallet), state(hold)) == ((700, 400), ("open", 600, 300, 0, 0, 300))
    capture(hold, 200)

    assert left(wallet) == (500, 500)
    assert state(hold) == ("captured", 600, 500, 0, 100, 0)
    assert broken() == {}


def test_a_part_capture_of_all_that_is_left_ends_the_hold(placed, capture):
    hold = placed(600)

    capture(hold, 600, final=False)

    assert state(hold) == ("captured", 600, 600, 0, 0, 0)


def test_captures_above_the_hold_stay_within_its_tolerance(wallet, placed, capture):
    hold = placed(600, tolerance_bps=2_000)
    with nothing_written(), pytest.raises(refusals.HoldExceeded) as refused:
        capture(hold, 721)

    capture(hold, 720)

    assert refused.value.context == {"remaining": 600, "tolerance": 120}
    assert left(wallet) == (280, 280)
    assert state(hold) == ("captured", 600, 720, 120, 0, 0)
    assert broken() == {}


def test_a_capture_above_the_hold_takes_the_excess_from_what_is_available(wallet, shop, placed, capture, unit):
    hold = placed(600, tolerance_bps=2_000)
    with unit():
        make.move(wallet.pk, shop.pk, 350)

    with nothing_written(), pytest.raises(errors.InsufficientFunds) as refused:
        capture(hold, 700)

    assert refused.value.context == {"line": 1, "available": 650, "needed": 700}


def test_a_part_of_a_debit_is_taken_from_the_hold(wallet, placed, capture):
    hold = placed(600)

    capture(hold, 300, money=Money(100, "USD"), final=False)

    assert left(wallet) == (700, 200)
    assert state(hold) == ("open", 600, 100, 0, 0, 500)
    assert broken() == {}


@pytest.mark.parametrize("amount", [0, 301])
def test_a_hold_is_not_captured_for_more_than_the_debit(placed, capture, amount):
    hold = placed(600)

    with nothing_written(), pytest.raises(errors.AmountInvalid):
        capture(hold, 300, money=Money(amount, "USD"))


def test_a_release_gives_everything_back(wallet, placed, act):
    hold = placed(600)

    answer = act(holds.release, hold, **change())

    assert (answer.amount, answer.remaining, answer.available) == (600, 0, 1_000)
    assert left(wallet) == (1_000, 1_000)
    assert state(hold) == ("released", 600, 0, 0, 600, 0)
    assert broken() == {}


def test_an_increase_holds_more(wallet, placed, capture, act):
    hold = placed(600)
    capture(hold, 100, final=False)

    act(holds.increase, hold, **change(300))

    assert left(wallet) == (900, 100)
    assert state(hold) == ("open", 900, 100, 0, 0, 800)
    assert broken() == {}


def test_an_increase_needs_what_it_adds(placed, act):
    hold = placed(600)

    with nothing_written(), pytest.raises(errors.InsufficientFunds) as refused:
        act(holds.increase, hold, **change(401))

    assert refused.value.context == {"available": 400, "needed": 401}


def test_a_reduction_gives_a_part_back(wallet, placed, act):
    hold = placed(600)

    act(holds.reduce, hold, **change(200))

    assert left(wallet) == (1_000, 600)
    assert state(hold) == ("open", 600, 0, 0, 200, 400)
    assert broken() == {}


@pytest.mark.parametrize(("captured", "end"), [(0, "released"), (100, "captured")])
def test_a_reduction_to_nothing_ends_the_hold(placed, capture, act, captured, end):
    hold = placed(600)
    if captured:
        capture(hold, captured, final=False)

    act(holds.reduce, hold, **change(600 - captured))

    assert state(hold) == (end, 600, captured, 0, 600 - captured, 0)
    assert broken() == {}


def test_no_more_is_given_back_than_is_left(placed, act):
    hold = placed(600)

    with nothing_written(), pytest.raises(refusals.HoldExceeded) as refused:
        act(holds.reduce, hold, **change(601))

    assert refused.value.context == {"remaining": 600}


def test_a_reversal_after_a_capture_leaves_the_hold_as_it_is(wallet, placed, capture, unit):
    hold = placed(600)
    posted = capture(hold, 600)

    with unit():
        journal.reverse(txn=posted.txn, key=make.key(), reason="mistake")

    assert left(wallet) == (1_000, 1_000)
    assert state(hold) == ("captured", 600, 600, 0, 0, 0)
    assert broken() == {}


def test_every_act_has_its_event(wallet, placed, capture, act):
    hold = placed(600, expires_at=in_a_day())
    act(holds.increase, hold, **change(100))
    act(holds.reduce, hold, **change(50))
    act(holds.extend, hold, **change(until=in_a_day() + timedelta(days=1)))
    posted = capture(hold, 200, final=False)
    act(holds.release, hold, **change())

    events = HoldEvent.objects.filter(hold=hold).order_by("number")
    assert [(one.act, one.amount, one.delta, one.remaining_after, one.held_after) for one in events] == [
        ("placed", 600, 600, 600, 600),
        ("increased", 100, 100, 700, 700),
        ("reduced", 50, -50, 650, 650),
        ("extended", 0, 0, 650, 650),
        ("captured", 200, -200, 450, 450),
        ("released", 450, -450, 0, 0),
    ]
    assert [one.txn for one in events] == [None, None, None, None, posted.txn, None]
    assert broken() == {}
