"""Posting: what moves, what is refused, and what a repetition answers."""

import datetime as dt
import uuid

import pytest

from apps.core import clock, ids
from apps.core.errors import LockOrderViolation, NoUnit
from apps.core.money import Money
from apps.ledger import errors
from apps.ledger.enums import PostingStatus, Side
from apps.ledger.models import Entry, PostingKey, Txn
from apps.ledger.selectors import balances
from apps.ledger.services import accounts, journal
from tests.factories import ledger as make

pytestmark = pytest.mark.django_db


def rows() -> tuple[int, int, int]:
    return Txn.objects.count(), Entry.objects.count(), PostingKey.objects.count()


def post(unit, lines, **words):
    words = {"kind": "p2p.transfer", "key": make.key(), "subject": "trf_test", **words}
    with unit():
        return journal.post(lines=lines, **words)


def pair(payer, payee, amount, asset="USD"):
    money = Money(amount, asset)
    return [journal.line(payer.pk, money, Side.DR), journal.line(payee.pk, money, Side.CR)]


def test_a_posting_moves_money_and_tells_what_is_left(unit, funded):
    wallet, house = funded

    posted = post(unit, pair(wallet, house, 300))

    assert posted.status == PostingStatus.POSTED
    assert [(one.account, one.amount, one.posted, one.available, one.version) for one in posted.lines] == [
        (wallet.pk, -300, 700, 700, 2),
        (house.pk, 300, -700, -700, 2),
    ]
    assert balances.triple(wallet.pk) == {wallet.pk: balances.Triple("USD", 700, 700, 0)}


def test_a_transaction_lies_in_the_month_of_its_booking(unit, funded):
    posted = post(unit, pair(*funded, 300))

    assert ids.time_of(posted.txn) == posted.posted_at.replace(
        microsecond=posted.posted_at.microsecond // 1_000 * 1_000
    )


def test_the_same_key_and_content_is_a_replay(unit, funded):
    wallet, house = funded
    key, lines = make.key(), pair(wallet, house, 300)
    first = post(unit, lines, key=key)
    before = rows()

    again = post(unit, lines, key=key)

    assert again == journal.Posted(PostingStatus.REPLAYED, first.txn, first.posted_at, first.lines)
    assert rows() == before


@pytest.mark.parametrize("change", ["amount", "order", "subject", "reason", "kind"])
def test_the_same_key_with_other_content_is_refused(unit, funded, change):
    wallet, house = funded
    key, lines = make.key(), pair(wallet, house, 300)
    post(unit, lines, key=key)
    before = rows()
    other = {
        "amount": {"lines": pair(wallet, house, 301)},
        "order": {"lines": lines[::-1]},
        "subject": {"lines": lines, "subject": "trf_other"},
        "reason": {"lines": lines, "reason": "mistake"},
        "kind": {"lines": lines, "kind": "payments.top_up"},
    }[change]

    with pytest.raises(errors.KeyReused):
        post(unit, **other, key=key)

    assert rows() == before


def test_a_refusal_leaves_the_key_free(unit, funded):
    wallet, house = funded
    key = make.key()
    with pytest.raises(errors.InsufficientFunds):
        post(unit, pair(wallet, house, 1_200), key=key)
    post(unit, pair(house, wallet, 500))

    posted = post(unit, pair(wallet, house, 1_200), key=key)

    assert posted.status == PostingStatus.POSTED


def test_more_than_available_is_refused_with_the_figures(unit, funded):
    wallet, house = funded
    before = rows()

    with pytest.raises(errors.InsufficientFunds) as refused:
        post(unit, pair(wallet, house, 1_001))

    assert refused.value.context == {"line": 1, "available": 1_000, "needed": 1_001}
    assert rows() == before


def test_all_that_is_available_may_go(unit, funded):
    wallet, house = funded

    post(unit, pair(wallet, house, 1_000))

    assert balances.triple(wallet.pk)[wallet.pk].available == 0


def test_more_than_the_ceiling_is_refused(unit):
    with unit():
        wallet, house = make.wallet(ceiling=100), make.house()

    with pytest.raises(errors.CeilingExceeded) as refused:
        post(unit, pair(house, wallet, 101))

    assert refused.value.context == {"line": 2}


@pytest.mark.parametrize("amount", [0, -1, 2**53, 2**62])
def test_an_amount_out_of_range_is_refused(unit, funded, amount):
    wallet, house = funded
    before = rows()

    with pytest.raises(errors.AmountInvalid):
        post(unit, pair(wallet, house, amount))

    assert rows() == before


def test_what_does_not_balance_is_refused_per_asset(unit, funded):
    wallet, house = funded
    lines = [journal.line(wallet.pk, Money(10, "USD"), Side.DR), journal.line(house.pk, Money(9, "USD"), Side.CR)]

    with pytest.raises(errors.Unbalanced) as refused:
        post(unit, lines)

    assert refused.value.context == {"asset": "USD", "difference": -1}


def test_one_line_is_refused(unit, funded):
    with pytest.raises(errors.TooFewLines):
        post(unit, pair(*funded, 1)[:1])


def test_an_account_named_twice_is_refused(unit, funded):
    wallet, _ = funded

    with pytest.raises(errors.AccountTwice):
        post(unit, pair(wallet, wallet, 1))


def test_an_unknown_account_is_refused(unit, funded):
    wallet, _ = funded
    lines = [journal.line(wallet.pk, Money(1, "USD"), Side.DR), journal.line(uuid.uuid4(), Money(1, "USD"), Side.CR)]

    with pytest.raises(errors.AccountUnknown):
        post(unit, lines)


def test_an_account_in_another_asset_is_refused(unit, funded):
    wallet, house = funded

    with pytest.raises(errors.AssetMismatch):
        post(unit, pair(wallet, house, 1, "EUR"))


def test_two_assets_need_position_accounts(unit, funded):
    wallet, house = funded
    with unit():
        euros, cash = make.wallet("EUR"), make.house(asset="EUR")

    with pytest.raises(errors.FxPositionRequired):
        post(unit, [*pair(wallet, house, 1), *pair(cash, euros, 1, "EUR")])


def test_two_assets_cross_through_positions(unit, funded):
    wallet, _ = funded
    with unit():
        euros = make.wallet("EUR")
        dollars_position, euros_position = make.house("T:FX"), make.house("T:FX", "EUR")

    post(unit, [*pair(wallet, dollars_position, 100), *pair(euros_position, euros, 90, "EUR")])

    assert balances.triple(euros.pk)[euros.pk].posted == 90


def test_assets_of_any_exponent_are_exact(unit):
    for asset in ("JPY", "USD", "KWD"):
        with unit():
            wallet, house = make.wallet(asset), make.house(asset=asset)
        post(unit, pair(house, wallet, 12_345, asset))
        assert balances.triple(wallet.pk)[wallet.pk] == balances.Triple(asset, 12_345, 12_345, 0)


def test_an_unknown_kind_is_refused(unit, funded):
    with pytest.raises(errors.KindUnknown):
        post(unit, pair(*funded, 1), kind="p2p.gift")


@pytest.mark.parametrize("meta", [{"memo": "thanks"}, {"memo": "a b"}, {"x": 1.5}])
def test_facts_that_the_kind_does_not_know_are_refused(unit, funded, meta):
    with pytest.raises(errors.MetaInvalid):
        post(unit, pair(*funded, 1), meta=meta)


@pytest.mark.parametrize("words", [{"subject": "dear friend"}, {"subject": ""}, {"reason": "he asked me to"}])
def test_free_text_is_refused(unit, funded, words):
    with pytest.raises(errors.ReferenceInvalid):
        post(unit, pair(*funded, 1), **words)


@pytest.mark.parametrize("length", [0, 256])
def test_a_key_of_another_length_is_refused(unit, funded, length):
    with pytest.raises(errors.KeyInvalid):
        post(unit, pair(*funded, 1), key="k" * length)


def test_a_key_of_255_characters_is_taken(unit, funded):
    assert post(unit, pair(*funded, 1), key="k" * 255).status == PostingStatus.POSTED


def test_an_adjustment_needs_an_approval(unit, funded):
    with pytest.raises(errors.ApprovalRequired):
        post(unit, pair(*funded, 1), kind="ledger.adjustment", reason="mistake")


def test_the_future_is_refused(unit, funded):
    tomorrow = clock.now().date() + dt.timedelta(days=1)

    with pytest.raises(errors.EffectiveInFuture):
        post(unit, pair(*funded, 1), effective_on=tomorrow)


@pytest.mark.parametrize("day", [dt.date(1, 1, 1), dt.date(2020, 2, 29)])
def test_an_earlier_month_is_refused(unit, funded, day):
    with pytest.raises(errors.PeriodClosed):
        post(unit, pair(*funded, 1), effective_on=day)


def test_a_second_call_in_one_unit_is_refused(unit, funded):
    wallet, house = funded

    def twice():
        with unit():
            make.move(wallet.pk, house.pk, 1)
            make.move(wallet.pk, house.pk, 1)

    with pytest.raises(LockOrderViolation):
        twice()


def test_a_posting_outside_a_unit_is_refused(funded):
    wallet, house = funded

    with pytest.raises(NoUnit):
        make.move(wallet.pk, house.pk, 1)


@pytest.mark.parametrize("sides", [(Side.DR,), (Side.DR, Side.CR)])
def test_a_frozen_account_pays_nothing(unit, funded, sides):
    wallet, house = funded
    with unit():
        accounts.freeze(wallet.pk, sides=sides, reason="fraud")

    with pytest.raises(errors.AccountFrozen) as refused:
        post(unit, pair(wallet, house, 1))

    assert refused.value.context == {"line": 1, "side": "debit"}
