"""Holds whose time is over: they count as held until the expiry ends them, and are captured no more."""

from datetime import timedelta

import pytest

from apps.core import actors, clock, db
from apps.core.models import OutboxMessage
from apps.ledger.enums import HoldKind, Topic
from apps.ledger.errors import holds as refusals
from apps.ledger.models import Account, Hold
from apps.ledger.services import holds
from tests.factories import ledger as make
from tests.ledger.drafts import broken, lines
from tests.ledger.promises import change, left, state
from tests.support.written import nothing_written

SOON = timedelta(minutes=1)
BY = actors.system("tests.ledger")


@pytest.fixture
def end():
    return clock.now() + SOON


@pytest.fixture
def hold(placed, end):
    return placed(600, expires_at=end)


@pytest.fixture
def at_its_end(end):
    """Return what runs an act at the instant at which the hold expires."""

    def run(call, *ids, **words):
        with db.unit(by=BY, at=end, why="test"):
            return call(*ids, **{"key": make.key(), **words})

    return run


def test_a_hold_expires_at_its_instant_and_not_before(wallet, hold, end):
    before = holds.expire(by=BY, at=end - timedelta(microseconds=1))
    held = left(wallet)

    expired = holds.expire(by=BY, at=end)

    assert (before, held, expired, left(wallet)) == (0, (1_000, 400), 1, (1_000, 1_000))
    assert state(hold) == ("expired", 600, 0, 0, 600, 0)
    assert holds.expire(by=BY, at=end) == 0
    assert broken() == {}


def test_an_expiry_is_news(wallet, hold, end):
    holds.expire(by=BY, at=end)

    (news,) = OutboxMessage.objects.filter(topic=Topic.HOLD_EXPIRED)
    assert news.subject == Hold.ref_of(hold)
    assert news.data == {
        "account": Account.ref_of(wallet.pk),
        "money": {"amount": 600, "currency": "USD"},
        "kind": "card_auth",
        "subject": "crd_test",
    }


def test_a_hold_that_is_over_is_not_captured_and_still_held(wallet, shop, hold, at_its_end):
    words = {"lines": lines(wallet, shop, 600), "kind": "p2p.transfer", "subject": "trf_test"}

    with nothing_written(), pytest.raises(refusals.HoldExpired):
        at_its_end(holds.capture, hold, **words)

    assert left(wallet) == (1_000, 400)


def test_a_hold_that_has_expired_is_not_open(capture, hold, end):
    holds.expire(by=BY, at=end)

    with nothing_written(), pytest.raises(refusals.HoldNotOpen) as refused:
        capture(hold, 600)

    assert refused.value.context == {"status": "expired"}


def test_a_hold_that_is_over_is_neither_increased_nor_extended(hold, end, at_its_end):
    for call, words in ((holds.increase, change(1)), (holds.extend, change(until=end + SOON))):
        with nothing_written(), pytest.raises(refusals.HoldExpired):
            at_its_end(call, hold, **words)


def test_a_hold_that_is_over_may_be_given_back(wallet, hold, at_its_end):
    at_its_end(holds.reduce, hold, **change(100))
    at_its_end(holds.release, hold, **change())

    assert left(wallet) == (1_000, 1_000)
    assert state(hold) == ("released", 600, 0, 0, 600, 0)


def test_an_extended_hold_expires_later(hold, act, end):
    act(holds.extend, hold, **change(until=end + SOON))

    assert [holds.expire(by=BY, at=at) for at in (end, end + SOON)] == [0, 1]


def test_a_hold_is_only_ever_extended(wallet, hold, act, placed, end):
    endless = placed(100, kind=HoldKind.LEGAL)

    for one, until in ((hold, end), (hold, end - SOON / 2), (endless, end)):
        with nothing_written(), pytest.raises(refusals.HoldExpiryInvalid):
            act(holds.extend, one, **change(until=until))


@pytest.mark.parametrize("age", [timedelta(0), timedelta(seconds=1)])
def test_a_hold_is_not_placed_for_the_past(wallet, unit, age):
    with nothing_written(), pytest.raises(refusals.HoldExpiryInvalid), unit() as opened:
        make.held(wallet.pk, 1, expires_at=opened.at - age)


def test_a_hold_without_an_end_never_expires(wallet, placed, end):
    placed(600, kind=HoldKind.LEGAL)

    assert holds.expire(by=BY, at=end + 3 * SOON) == 0


def test_a_pass_ends_at_most_what_it_may(wallet, placed, end, monkeypatch):
    monkeypatch.setattr(holds, "EXPIRED_MAX", 2)
    for _ in range(3):
        placed(100, expires_at=end)

    assert [holds.expire(by=BY, at=end) for _ in range(3)] == [2, 1, 0]
    assert left(wallet) == (1_000, 1_000)
    assert broken() == {}


def test_a_part_that_was_captured_stays_captured(wallet, capture, hold, end):
    capture(hold, 250, final=False)

    holds.expire(by=BY, at=end)

    assert left(wallet) == (750, 750)
    assert state(hold) == ("expired", 600, 250, 0, 350, 0)
    assert broken() == {}
