"""Batches at once: items are carried out once, and nobody waits for ever."""

import pytest

from tests.p2p.api.bodies import item, sent, words
from tests.p2p.money import available, person
from tests.support.threads import together

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]


def test_the_same_items_in_two_batches_at_once_are_carried_out_once():
    ann, bob = person(5_000), person(0)
    items = [item(ann, bob, 100) for _ in range(30)]

    outcomes = together(*[lambda: sent(ann, *items)] * 2)

    assert {frozenset(words(one)) for one in outcomes} == {frozenset(["sent"]), frozenset(["replayed"])}
    assert [one["transfer"] for one in outcomes[0]] == [one["transfer"] for one in outcomes[1]]
    assert (available(ann), available(bob)) == (2_000, 3_000)


def test_crossing_batches_both_go_through():
    ann, bob = person(5_000), person(5_000)

    outcomes = together(
        *[lambda: sent(ann, *(item(ann, bob, 10) for _ in range(25)))] * 2,
        *[lambda: sent(bob, *(item(bob, ann, 10) for _ in range(25)))] * 2,
    )

    assert [set(words(one)) for one in outcomes] == [{"sent"}] * 4
    assert (available(ann), available(bob)) == (5_000, 5_000)
