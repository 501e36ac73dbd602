"""Several connections at one hold or one account: each hold ends once, nothing is promised twice, nothing deadlocks."""

from datetime import timedelta

import pytest

from apps.core import actors, clock, db
from apps.core.money import Money
from apps.ledger.enums import PostingStatus, Side, Strength
from apps.ledger.models import Hold, HoldEvent
from apps.ledger.selectors import balances
from apps.ledger.services import accounts, holds
from tests.factories import ledger as make
from tests.ledger.drafts import broken, lines
from tests.ledger.promises import change, state
from tests.support.threads import together

CLIENTS = 20
BY = actors.system("tests.ledger")


@pytest.fixture
def books(committed_db, unit):
    with unit():
        house, wallet, shop = make.house(), make.wallet(), make.wallet()
    with unit():
        make.move(house.pk, wallet.pk, 1_000, kind="payments.top_up")
    return wallet, shop


@pytest.fixture
def hold(books, unit):
    with unit():
        return make.held(books[0].pk, 600, expires_at=clock.now() + timedelta(minutes=1)).hold


def in_unit(unit, call, *ids, **words):
    """Return what runs an act in a unit of its own, each time under another key."""

    def run():
        with unit():
            return call(*ids, **{"key": make.key(), **words})

    return run


def taking(books, amount):
    return {"lines": lines(*books, amount), "kind": "p2p.transfer", "subject": "trf_test"}


def names(found):
    return sorted(type(one).__name__ for one in found)


def posted(account):
    return balances.triple(account.pk)[account.pk].posted


def test_many_clients_capture_one_hold_once(books, hold, unit):
    take = in_unit(unit, holds.capture, hold, **taking(books, 600))

    found = [one for _ in range(5) for one in together(*[take] * CLIENTS)]

    assert names(found) == ["HoldNotOpen"] * (5 * CLIENTS - 1) + ["Posted"]
    assert (posted(books[0]), state(hold)) == (400, ("captured", 600, 600, 0, 0, 0))
    assert broken() == {}


def test_part_captures_at_once_take_no_more_than_is_held(books, hold, unit):
    take = in_unit(unit, holds.capture, hold, final=False, **taking(books, 100))

    found = together(*[take] * 10)

    assert names(found) == ["HoldNotOpen"] * 4 + ["Posted"] * 6
    assert (posted(books[0]), state(hold)) == (400, ("captured", 600, 600, 0, 0, 0))


def test_holds_that_are_together_too_much_are_placed_as_far_as_the_money_goes(books, unit):
    place = in_unit(unit, make.held, books[0].pk, 300)

    found = together(*[place] * 8)

    assert names(found) == ["HoldResult"] * 3 + ["InsufficientFunds"] * 5
    assert Hold.objects.filter(account_no=books[0].no).count() == 3
    assert broken() == {}


def test_a_capture_and_the_expiry_do_not_both_have_the_hold(books, unit):
    later = clock.now() + timedelta(minutes=2)
    for _ in range(10):
        with unit():
            hold = make.held(books[0].pk, 50, expires_at=clock.now() + timedelta(minutes=1)).hold
        take = in_unit(unit, holds.capture, hold, **taking(books, 50))

        found = together(take, lambda: holds.expire(by=BY, at=later), take)

        status, captured = state(hold)[0], state(hold)[2]
        assert (status, captured) in [("captured", 50), ("expired", 0)]
        assert names(found).count("Posted") == (1 if status == "captured" else 0)
        assert HoldEvent.objects.filter(hold=hold, remaining_after=0).count() == 1
    assert broken() == {}


def test_the_expiry_passes_by_an_account_that_is_busy(books, hold, unit):
    def expire():
        return holds.expire(by=BY, at=clock.now() + timedelta(minutes=2))

    with unit():
        make.held(books[0].pk, 1)
        together(expire)

    assert state(hold)[0] == "open"
    expire()
    assert state(hold)[0] == "expired"


def test_a_hold_and_a_payment_do_not_both_have_the_money(books, unit):
    wallet, shop = books

    def pay():
        with unit():
            return make.move(wallet.pk, shop.pk, 600)

    found = together(pay, in_unit(unit, make.held, wallet.pk, 600))

    assert len([name for name in names(found) if name == "InsufficientFunds"]) == 1
    assert balances.triple(wallet.pk)[wallet.pk].available == 400


def test_one_key_at_once_places_one_hold(books, unit):
    key = make.key()
    place = in_unit(unit, make.held, books[0].pk, 100, key=key)

    found = together(*[place] * 6)
    again = place()

    held = [one for one in found if type(one).__name__ == "HoldResult"]
    assert [one.status for one in held].count(PostingStatus.POSTED) == 1
    assert names(found) == ["HoldResult"] * len(held) + ["KeyRace"] * (6 - len(held))
    assert {one.hold for one in held} == {again.hold}
    assert Hold.objects.filter(account_no=books[0].no).count() == 1


def test_no_hold_is_placed_after_a_freeze_has_returned(books, unit):
    wallet = books[0]

    def freeze():
        with db.unit(by=BY, at=clock.now(), why="test"):
            accounts.freeze(wallet.pk, sides=[Side.DR], strength=Strength.SOFT, reason="fraud")
        return HoldEvent.objects.filter(account_no=wallet.no).count()

    place = in_unit(unit, make.held, wallet.pk, 10)
    found = together(place, place, freeze, place, place)

    placed = [one for one in found if type(one).__name__ == "HoldResult"]
    assert found[2] == len(placed)
    assert names(one for one in found if not isinstance(one, int)) == ["AccountFrozen"] * (4 - len(placed)) + [
        "HoldResult"
    ] * len(placed)


def test_acts_on_holds_of_two_accounts_that_pay_each_other_never_deadlock(books, unit):
    with unit():
        make.held(books[0].pk, 100)
    with unit():
        make.move(books[0].pk, books[1].pk, 400)
    pairs = [books, books[::-1]]

    def many(payer, payee):
        def run():
            for _ in range(15):
                with unit():
                    hold = make.held(payer.pk, 2).hold
                with unit():
                    holds.increase(hold, **change(1), key=make.key())
                with unit():
                    holds.capture(hold, **taking((payer, payee), 2), money=Money(1, "USD"), key=make.key())

        return run

    found = together(*[many(*pair) for pair in pairs * 2])

    assert found == [None] * 4
    assert posted(books[0]) + posted(books[1]) == 1_000
    assert broken() == {}


@pytest.mark.parametrize("act", ["place", "release", "capture", "increase"])
def test_one_key_at_once_acts_once_and_answers_all_alike(books, hold, unit, act):
    key = make.key()
    words = {
        "place": lambda: make.held(books[0].pk, 400, key=key),
        "release": lambda: holds.release(hold, reason="test", key=key),
        "capture": lambda: holds.capture(hold, key=key, **taking(books, 600)),
        "increase": lambda: holds.increase(hold, money=Money(400, "USD"), reason="test", key=key),
    }

    def run():
        with unit():
            return words[act]()

    found = together(*[run] * 6)

    assert sorted(one.status for one in found) == [PostingStatus.POSTED] + [PostingStatus.REPLAYED] * 5
    assert broken() == {}
