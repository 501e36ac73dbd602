"""Several connections at once: nothing is overdrawn, sent twice or stuck, and the books stay whole."""

import pytest

from apps.accounts.services import tiers, wallets
from apps.ledger.selectors import invariants
from apps.p2p.errors import PayeeCannotReceive
from apps.p2p.models import PayeeLookup, Transfer
from tests.p2p.api.bodies import body
from tests.p2p.money import address_of, ask, available, pay, person, reverse, unit
from tests.support.callers import Caller
from tests.support.threads import together

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]


def rich(amount, tier="tier1"):
    """Return a customer whom limits hardly bind."""
    customer = person(amount)
    with unit():
        tiers.grant(customer=customer.pk, tier=tier)
    return customer


def count(customer):
    return Transfer.objects.filter(sender=customer).count()


def outcomes(found):
    return sorted(type(one).__name__ for one in found)


def test_two_transfers_that_together_overdraw_pass_once():
    ann, bob = rich(1_000), person(0)

    found = together(*[lambda: pay(ann, bob, 600)] * 2)

    assert outcomes(found) == ["InsufficientFunds", "Transfer"]
    assert (available(ann), available(bob), count(ann)) == (400, 600, 1)


def test_many_transfers_spend_what_is_there_and_no_more():
    ann, bob = rich(1_000), person(0)

    found = together(*[lambda: pay(ann, bob, 130)] * 10)

    assert outcomes(found) == ["InsufficientFunds"] * 3 + ["Transfer"] * 7
    assert (available(ann), available(bob)) == (90, 910)


def test_two_transfers_that_together_pass_a_limit_pass_once():
    ann, bob = person(9_000), person(0)

    found = together(*[lambda: pay(ann, bob, 3_000)] * 2)

    assert outcomes(found) == ["LimitExceeded", "Transfer"]
    assert available(ann) == 6_000


def test_opposite_transfers_never_deadlock():
    ann, bob = rich(1_000), rich(1_000)

    def many(payer, payee):
        return lambda: [pay(payer, payee, 1) for _ in range(50)]

    found = together(many(ann, bob), many(bob, ann), many(ann, bob), many(bob, ann))

    assert [type(one) for one in found] == [list] * 4
    assert (available(ann), available(bob)) == (1_000, 1_000)
    assert count(ann) + count(bob) == 200


def test_a_ring_of_transfers_never_deadlocks():
    ring = [rich(100) for _ in range(5)]
    pairs = [(payer, ring[(place + 1) % 5]) for place, payer in enumerate(ring)]

    found = together(*[lambda pair=pair: [pay(*pair, 1) for _ in range(20)] for pair in pairs])

    assert [type(one) for one in found] == [list] * 5
    assert [available(one) for one in ring] == [100] * 5


def test_one_key_at_once_sends_once_and_answers_alike():
    ann, bob = rich(1_000), person(0)
    request = body(ann, bob, 100)

    def post():
        answer = Caller(ann.user).post("transfers", request, Idempotency_Key="at-once")
        return answer.status_code, answer.json(), answer.get("Idempotency-Replayed")

    found = together(*[post] * 6)

    assert {status for status, _, _ in found} == {201}
    assert len({made["id"] for _, made, _ in found}) == 1
    assert sorted(replayed or "" for _, _, replayed in found) == [""] + ["true"] * 5
    assert (available(ann), count(ann)) == (900, 1)


def test_a_transfer_is_reversed_once():
    ann, bob = rich(1_000), person(0)
    sent = pay(ann, bob, 600)

    found = together(*[lambda: reverse(sent.pk)] * 4)

    assert outcomes(found) == ["AlreadyReversed"] * 3 + ["Transfer"]
    assert (available(ann), available(bob)) == (1_000, 0)


def test_a_reversal_and_the_receivers_own_transfer_never_overdraw():
    ann, bob, eve = rich(1_000), rich(0), person(0)
    sent = pay(ann, bob, 600)

    found = together(lambda: reverse(sent.pk), lambda: pay(bob, eve, 600))

    assert outcomes(found) == ["InsufficientFunds", "Transfer"]
    assert (available(bob), available(ann) + available(eve)) == (0, 1_000)


def test_no_transfer_passes_a_freeze_that_has_returned():
    ann, bob = rich(1_000), person(0)

    def freeze():
        with unit() as now:
            wallets.freeze(bob.receiving_wallet_id, reason="fraud", by=now.by, at=now.at)
        return available(bob)

    def many():
        for _ in range(20):
            pay(ann, bob, 1)

    at_freeze, *rest = together(freeze, many, many)

    assert [type(one) for one in rest] == [PayeeCannotReceive] * 2
    assert available(bob) == at_freeze


def test_look_ups_at_once_count_every_one():
    ann, bob = person(1_000), person(0)

    found = together(*[lambda: ask(ann, address_of(bob), 1, names_a_day=3)] * 6)

    assert sorted(told.counterparty or "" for told in found) == [""] * 3 + ["Ada Okonkwo"] * 3
    assert PayeeLookup.objects.get(customer=ann).used == 3


def test_the_books_are_whole_after_all_that():
    assert {code: check() for code, check in invariants.checks() if check()} == {}
