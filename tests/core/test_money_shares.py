"""Shares of money: exact, fair, and the same as a second implementation finds them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import money
from apps.core.money import Money

AMOUNTS = st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=12)
KEYS = st.none() | st.text(max_size=20)


def brute_force(total: int, weights: list[int], key: str | None) -> list[int]:
    """Give the units out one at a time, each to whoever's exact claim is then least satisfied."""
    whole = sum(weights)
    exact = [Fraction(abs(total) * weight, whole) for weight in weights]
    shares = [int(claim) for claim in exact]
    start = 0
    if key is not None:
        start = 2166136261
        for byte in key.encode():
            start ^= byte
            start = start * 16777619 % 2**32
        start %= len(weights)
    queue = [(start + step) % len(weights) for step in range(len(weights))]
    while sum(shares) < abs(total):
        waiting = [index for index in queue if shares[index] == int(exact[index])]
        winner = max(waiting, key=lambda index: exact[index] - int(exact[index]))
        shares[winner] += 1
    return [share if total >= 0 else -share for share in shares]


@given(AMOUNTS, WEIGHTS.filter(any), KEYS)
def test_allocate_agrees_with_the_second_implementation(total: int, weights: list[int], key: str | None) -> None:
    assert money.allocate(total, weights, key) == brute_force(total, weights, key)


@given(st.integers(min_value=-50, max_value=50), st.lists(st.integers(0, 3), min_size=1).filter(any), KEYS)
def test_allocate_agrees_with_it_where_ties_abound(total: int, weights: list[int], key: str | None) -> None:
    assert money.allocate(total, weights, key) == brute_force(total, weights, key)


@given(AMOUNTS, WEIGHTS.filter(any), KEYS)
def test_allocate_is_exact_and_fair(total: int, weights: list[int], key: str | None) -> None:
    shares = money.allocate(total, weights, key)

    whole = sum(weights)
    assert sum(shares) == total
    assert [share for share, weight in zip(shares, weights, strict=True) if not weight and share] == []
    assert [
        share
        for share, weight in zip(shares, weights, strict=True)
        if abs(share - Fraction(total * weight, whole)) >= 1
    ] == []


@given(AMOUNTS, WEIGHTS.filter(any), KEYS)
def test_allocate_of_the_reverse_mirrors_the_split(total: int, weights: list[int], key: str | None) -> None:
    assert money.allocate(-total, weights, key) == [-share for share in money.allocate(total, weights, key)]


@given(
    st.dictionaries(st.uuids(), st.integers(0, 1000), min_size=1, max_size=8).filter(
        lambda claims: any(claims.values())
    ),
    st.integers(min_value=0, max_value=10**6),
    KEYS,
    st.randoms(use_true_random=False),
)
def test_allocate_among_sorted_people_does_not_depend_on_their_arrival(
    claims: dict[object, int], total: int, key: str | None, random: object
) -> None:
    arrived = list(claims)
    random.shuffle(arrived)  # type: ignore[attr-defined]

    def split(people: list[object]) -> dict[object, int]:
        ordered = sorted(people, key=str)
        return dict(zip(ordered, money.allocate(total, [claims[one] for one in ordered], key), strict=True))

    assert split(arrived) == split(list(claims))


def test_allocate_gives_the_odd_unit_to_the_first_without_a_key() -> None:
    assert money.allocate(100, [1, 1, 1]) == [34, 33, 33]


def test_allocate_lets_the_key_move_the_odd_unit_between_people() -> None:
    splits = {tuple(money.allocate(100, [1, 1, 1], f"trf_{number}")) for number in range(20)}

    assert splits == {(34, 33, 33), (33, 34, 33), (33, 33, 34)}


def test_allocate_with_a_key_is_always_the_same() -> None:
    # FNV-1a of "a" is 0xE40C292C, which leaves 1 when divided by 3.
    assert [money.allocate(100, [1, 1, 1], "a") for _ in range(2)] == [[33, 34, 33], [33, 34, 33]]


def test_allocate_of_a_negative_amount_mirrors_the_signs() -> None:
    assert money.allocate(-100, [1, 1, 1]) == [-34, -33, -33]


@pytest.mark.parametrize(
    ("total", "weights", "reason"),
    [(100, [0, 0], "no_weight"), (-1, [], "no_weight"), (1, [2, -1], "negative_weight"), (0, [-1], "negative_weight")],
)
def test_allocate_refuses_what_the_weights_cannot_take(total: int, weights: list[int], reason: str) -> None:
    with pytest.raises(money.InvalidAllocation) as refusal:
        money.allocate(total, weights)

    assert (refusal.value.code, refusal.value.context) == ("invalid_allocation", {"reason": reason})


@pytest.mark.parametrize("weights", [[], [0, 0]])
def test_allocate_of_nothing_among_nobody_is_nothing(weights: list[int]) -> None:
    assert money.allocate(0, weights) == [0] * len(weights)


def test_money_splits_into_money() -> None:
    assert Money(100, "USD").parts(3) == [Money(34, "USD"), Money(33, "USD"), Money(33, "USD")]
    assert Money(100, "USD").allocate([1, 3]) == [Money(25, "USD"), Money(75, "USD")]
