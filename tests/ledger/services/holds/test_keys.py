"""An act on a hold happens once per key; a repeat gets its answer, and other content none."""

import pytest

from apps.core.money import Money
from apps.ledger import errors
from apps.ledger.services import journal
from tests.factories import ledger as make
from tests.ledger.drafts import lines
from tests.support.written import nothing_written


def test_the_same_key_is_the_same_act_and_the_same_answer(wallet, placed, capture, act, unit, shop):
    key, other = make.key(), make.key()
    first = act(make.held, wallet.pk, 600, key=key)
    taken = capture(first.hold, 100, final=False, key=other)
    act(make.held, wallet.pk, 50)
    with unit():
        make.move(wallet.pk, shop.pk, 10)

    with nothing_written():
        again = act(make.held, wallet.pk, 600, key=key)
        retaken = capture(first.hold, 100, final=False, key=other)

    assert again == first._replace(status="replayed")
    assert (retaken.status, retaken.txn, retaken.lines) == ("replayed", taken.txn, taken.lines)


def test_an_earlier_posting_is_answered_with_what_was_held_then(wallet, shop, placed, unit):
    key = make.key()
    placed(100)
    with unit():
        first = make.move(wallet.pk, shop.pk, 50, key=key)
    placed(200)

    with unit():
        again = make.move(wallet.pk, shop.pk, 50, key=key)
    with unit():
        (many,) = journal.post_many(postings=[journal.Draft(lines(wallet, shop, 50), "p2p.transfer", key, "trf_test")])

    assert [one.available for one in first.lines] == [850, 50]
    assert again.lines == many.lines == first.lines


@pytest.mark.parametrize(
    "words", [{"reason": "other"}, {"subject": "crd_other"}, {"tolerance_bps": 1}, {"kind": "order"}, {"amount": 601}]
)
def test_a_key_of_a_hold_is_not_used_for_another(wallet, act, words):
    key = make.key()
    act(make.held, wallet.pk, 600, key=key)
    amount = words.pop("amount", 600)

    with nothing_written(), pytest.raises(errors.KeyReused):
        act(make.held, wallet.pk, amount, key=key, **words)


@pytest.mark.parametrize("words", [{"final": True}, {"money": Money(50, "USD")}, {"lines": None}, {"reason": "other"}])
def test_a_key_of_a_capture_is_not_used_for_another(wallet, shop, placed, capture, words):
    hold, key = placed(600), make.key()
    capture(hold, 100, final=False, key=key)
    if "lines" in words:
        words = {"lines": lines(wallet, shop, 101)}

    with nothing_written(), pytest.raises(errors.KeyReused):
        capture(hold, 100, **{"final": False, **words}, key=key)


def test_a_key_is_of_a_posting_or_of_a_hold(wallet, shop, placed, act, unit):
    key, other = make.key(), make.key()
    placed(100, key=key)
    with unit():
        make.move(wallet.pk, shop.pk, 10, key=other)

    with nothing_written(), pytest.raises(errors.KeyReused), unit():
        make.move(wallet.pk, shop.pk, 10, key=key)
    with nothing_written(), pytest.raises(errors.KeyReused):
        act(make.held, wallet.pk, 100, key=other)


def test_a_refused_hold_may_be_tried_again_under_its_key(wallet, funded, act, unit):
    key = make.key()
    with pytest.raises(errors.InsufficientFunds):
        act(make.held, wallet.pk, 1_001, key=key)
    with unit():
        make.move(funded[1].pk, wallet.pk, 1)

    assert act(make.held, wallet.pk, 1_001, key=key).status == "posted"
