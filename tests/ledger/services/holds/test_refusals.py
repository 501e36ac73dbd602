"""What refuses an act on a hold, with nothing written."""

import pytest

from apps.core.errors import LockOrderViolation, ProgrammingFault
from apps.core.money import Money
from apps.ledger import errors
from apps.ledger.enums import Side, Strength
from apps.ledger.errors import holds as refusals
from apps.ledger.services import accounts, holds
from tests.factories import ledger as make
from tests.ledger.drafts import broken, lines
from tests.ledger.promises import change, in_a_day, left
from tests.support.written import nothing_written

ENDS = {
    "captured": lambda act, capture, hold: capture(hold, 600),
    "released": lambda act, capture, hold: act(holds.release, hold, **change()),
}
LATER = {
    "capture": lambda act, capture, hold: capture(hold, 1),
    "release": lambda act, capture, hold: act(holds.release, hold, **change()),
    "increase": lambda act, capture, hold: act(holds.increase, hold, **change(1)),
    "reduce": lambda act, capture, hold: act(holds.reduce, hold, **change(1)),
    "extend": lambda act, capture, hold: act(holds.extend, hold, **change(until=in_a_day())),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("later", LATER)
def test_nothing_happens_to_a_hold_that_has_ended(placed, capture, act, end, later):
    hold = placed(600)
    ENDS[end](act, capture, hold)

    with nothing_written(), pytest.raises(refusals.HoldNotOpen) as refused:
        LATER[later](act, capture, hold)

    assert refused.value.context == {"status": end}


@pytest.mark.parametrize("later", LATER)
def test_nothing_happens_to_a_hold_that_never_was(wallet, capture, act, later):
    with nothing_written(), pytest.raises(refusals.HoldNotOpen) as refused:
        LATER[later](act, capture, make.ids.new())

    assert refused.value.context == {"status": "unknown"}


def test_a_capture_debits_the_account_of_the_hold(wallet, shop, placed, capture, unit):
    hold = placed(600)
    with unit():
        other = make.wallet(floor=None)

    for given in (lines(other, shop, 100), lines(other, wallet, 100)):
        with nothing_written(), pytest.raises(refusals.HoldMismatch):
            capture(hold, 100, lines=given)


def test_a_change_is_in_the_asset_of_the_hold(placed, act):
    hold = placed(600)

    with nothing_written(), pytest.raises(refusals.HoldMismatch):
        act(holds.increase, hold, reason="changed", money=Money(1, "EUR"))


def test_a_hold_is_in_the_asset_of_its_account(wallet, act):
    with nothing_written(), pytest.raises(errors.AssetMismatch):
        act(make.held, wallet.pk, 1, "EUR")


@pytest.mark.parametrize("amount", [0, -1, 2**53])
def test_an_amount_of_a_hold_is_like_that_of_a_line(wallet, placed, act, amount):
    hold = placed(1)

    for call, given in ((make.held, (wallet.pk, amount)), (holds.increase, (hold,)), (holds.reduce, (hold,))):
        with nothing_written(), pytest.raises(errors.AmountInvalid):
            act(call, *given, **({} if call is make.held else change(amount)))


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ({"reason": "free text"}, errors.ReferenceInvalid),
        ({"subject": "free text"}, errors.ReferenceInvalid),
        ({"key": "k" * 256}, errors.KeyInvalid),
        ({"tolerance_bps": 10_001}, refusals.ToleranceInvalid),
        ({"tolerance_bps": -1}, refusals.ToleranceInvalid),
    ],
)
def test_words_of_a_hold_have_a_form(wallet, act, words, refusal):
    with nothing_written(), pytest.raises(refusal):
        act(make.held, wallet.pk, 1, **words)


def test_an_account_that_is_not_there_holds_nothing(db, act):
    with nothing_written(), pytest.raises(errors.AccountUnknown):
        act(make.held, make.ids.new(), 1)


def test_a_soft_freeze_refuses_new_holds_and_lets_the_older_ones_go_their_way(wallet, placed, capture, act, unit):
    first, second = placed(300), placed(200)
    with unit():
        accounts.freeze(wallet.pk, sides=[Side.DR], strength=Strength.SOFT, reason="fraud")

    for call, given in ((make.held, (wallet.pk, 1)), (holds.increase, (first,))):
        with nothing_written(), pytest.raises(errors.AccountFrozen):
            act(call, *given, **({} if call is make.held else change(1)))
    with nothing_written(), pytest.raises(errors.AccountFrozen):
        capture(first, 300, money=Money(299, "USD"))
    act(holds.reduce, first, **change(50))
    capture(first, 250)
    act(holds.release, second, **change())

    assert left(wallet) == (750, 750)
    assert broken() == {}


def test_a_hard_freeze_refuses_captures_too(wallet, placed, capture, act, unit):
    hold = placed(300)
    with unit():
        accounts.freeze(wallet.pk, sides=[Side.DR], strength=Strength.HARD, reason="order")

    with nothing_written(), pytest.raises(errors.AccountFrozen):
        capture(hold, 300)
    act(holds.release, hold, **change())

    assert left(wallet) == (1_000, 1_000)


def test_an_account_with_a_hold_is_not_closed(db, unit, act):
    with unit():
        wallet = make.wallet(floor=-100)
    act(make.held, wallet.pk, 100)

    with pytest.raises(errors.AccountInUse), unit():
        accounts.close(wallet.pk, reason="test")


def test_a_floor_is_not_raised_above_what_is_left_beside_holds(wallet, placed, unit):
    placed(600)

    with pytest.raises(errors.BoundsRefused), unit():
        accounts.set_bounds(wallet.pk, floor=401, ceiling=None, reason="test")


def test_a_unit_has_one_act_of_the_ledger(wallet, unit, db):
    with unit():
        make.held(wallet.pk, 1)
        with pytest.raises(LockOrderViolation):
            make.held(wallet.pk, 1)


def test_lines_of_a_capture_are_exact(wallet, shop, placed, capture):
    hold = placed(600)

    with pytest.raises(ProgrammingFault):
        capture(hold, 100, lines=lines(wallet, shop, 100, min_available=1))
