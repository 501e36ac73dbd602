"""Money: exact in one currency, or refused."""

import json
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import money
from apps.core.errors import InvalidAmount, UnknownCurrency
from apps.core.money import Money, Rounding

AMOUNTS = st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)
USD = st.builds(Money, st.integers(min_value=-(2**62) + 1, max_value=2**62 - 1), st.just("USD"))
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=12)
KEYS = st.none() | st.text(max_size=20)
DECIMAL_ROUNDING = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.FLOOR: ROUND_FLOOR,
}


@given(USD, USD)
def test_add_and_subtract_are_those_of_the_amounts(left: Money, right: Money) -> None:
    assert (left + right, left - right) == (
        Money(left.amount + right.amount, "USD"),
        Money(left.amount - right.amount, "USD"),
    )


@given(USD, USD)
def test_order_is_that_of_the_amounts(left: Money, right: Money) -> None:
    got = (left < right, left <= right, left > right, left >= right, left == right)

    a, b = left.amount, right.amount
    assert got == (a < b, a <= b, a > b, a >= b, a == b)


def test_negation_and_absolute_value() -> None:
    assert (-Money(5, "USD"), abs(Money(-5, "USD"))) == (Money(-5, "USD"), Money(5, "USD"))


@pytest.mark.parametrize(
    "act",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
    ],
)
def test_two_currencies_never_mix(act: object) -> None:
    with pytest.raises(money.CurrencyMismatch) as refusal:
        act(Money(0, "USD"), Money(0, "EUR"))  # type: ignore[operator]

    assert (refusal.value.code, refusal.value.context) == ("currency_mismatch", {"expected": "USD", "given": "EUR"})


def test_nothing_in_two_currencies_is_not_equal() -> None:
    assert Money(0, "USD") != Money(0, "EUR")


@pytest.mark.parametrize("other", [1, 1.0, None, "1"])
def test_money_and_a_plain_number_do_not_mix(other: object) -> None:
    with pytest.raises(TypeError, match="do not mix"):
        Money(1, "USD") + other  # type: ignore[operator]


def test_sum_beyond_the_range_is_refused() -> None:
    with pytest.raises(InvalidAmount):
        Money(2**63 - 1, "USD") + Money(1, "USD")


def test_total_of_none_is_nothing_and_of_some_their_sum() -> None:
    assert money.total([], "USD") == Money(0, "USD")
    assert money.total([Money(1, "USD"), Money(2, "USD")], "USD") == Money(3, "USD")


@pytest.mark.parametrize("amount", [1.0, "1", True, None, Decimal(1), 2**63, -(2**63)])
def test_money_refuses_what_is_no_whole_number_in_range(amount: object) -> None:
    with pytest.raises(InvalidAmount) as refusal:
        Money(amount, "USD")  # type: ignore[arg-type]

    assert (refusal.value.code, refusal.value.context) == ("invalid_amount", {"field": "amount"})


@pytest.mark.parametrize("currency", ["", "usd", "US D", "USD\n", "A" * 13, "ÜSD", None, 840])
def test_money_refuses_a_code_of_a_wrong_form(currency: object) -> None:
    with pytest.raises(UnknownCurrency) as refusal:
        Money(1, currency)  # type: ignore[arg-type]

    assert (refusal.value.code, refusal.value.context) == ("unknown_currency", {"field": "currency"})


def test_money_takes_codes_of_assets() -> None:
    assert Money(7, "PTS-GOLD").currency == "PTS-GOLD"


def test_money_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Money(1, "USD").amount = 2  # type: ignore[misc]


@given(AMOUNTS)
def test_json_round_trip(amount: int) -> None:
    text = json.dumps(Money(amount, "KWD").to_json())

    assert Money.from_json(json.loads(text)) == Money(amount, "KWD")


def test_json_minus_zero_is_zero() -> None:
    assert Money.from_json(json.loads('{"amount": -0, "currency": "USD"}')) == Money(0, "USD")


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ('{"amount": 1.5, "currency": "USD"}', "invalid_amount", "amount"),
        ('{"amount": 1.0, "currency": "USD"}', "invalid_amount", "amount"),
        ('{"amount": "1250", "currency": "USD"}', "invalid_amount", "amount"),
        ('{"amount": 1e3, "currency": "USD"}', "invalid_amount", "amount"),
        ('{"amount": NaN, "currency": "USD"}', "invalid_amount", "amount"),
        ('{"amount": Infinity, "currency": "USD"}', "invalid_amount", "amount"),
        ('{"amount": true, "currency": "USD"}', "invalid_amount", "amount"),
        ('{"amount": null, "currency": "USD"}', "invalid_amount", "amount"),
        ('{"amount": 9223372036854775808, "currency": "USD"}', "invalid_amount", "amount"),
        ('{"amount": -9223372036854775808, "currency": "USD"}', "invalid_amount", "amount"),
        ('{"amount": 1, "currency": "XYZ"}', "unknown_currency", "currency"),
        ('{"amount": 1, "currency": "usd"}', "unknown_currency", "currency"),
        ('{"amount": 1, "currency": 840}', "unknown_currency", "currency"),
        ('{"amount": 1, "currency": ["USD"]}', "unknown_currency", "currency"),
        ('{"amount": 1, "currency": null}', "unknown_currency", "currency"),
        ('{"amount": 1}', "invalid_amount", ""),
        ('{"currency": "USD"}', "invalid_amount", ""),
        ('{"amount": 1, "currency": "USD", "exponent": 2}', "invalid_amount", ""),
        ("1250", "invalid_amount", ""),
        ("null", "invalid_amount", ""),
        ('[1, "USD"]', "invalid_amount", ""),
    ],
)
def test_json_refuses_every_other_form(text: str, code: str, field: str) -> None:
    with pytest.raises((InvalidAmount, UnknownCurrency)) as refusal:
        Money.from_json(json.loads(text))

    assert (refusal.value.code, refusal.value.status, refusal.value.context) == (code, 422, {"field": field})


def test_json_knows_the_assets_of_the_callers_table() -> None:
    table = {**money.EXPONENTS, "BTC": 8}

    assert Money.from_json({"amount": 5, "currency": "BTC"}, exponents=table) == Money(5, "BTC")


@pytest.mark.parametrize(("currency", "decimals"), [("JPY", 0), ("USD", 2), ("KWD", 3), ("CLF", 4)])
def test_exponent_of_currencies(currency: str, decimals: int) -> None:
    assert money.exponent(currency) == decimals


def test_table_holds_every_currency_in_force() -> None:
    by_exponent = [sum(found == wanted for found in money.EXPONENTS.values()) for wanted in range(5)]

    assert by_exponent == [17, 0, 139, 7, 2]


@pytest.mark.parametrize("code", ["XAU", "XXX", "BTC", "HRK", "usd", ""])
def test_exponent_refuses_unknown_codes(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        money.exponent(code)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Money(1250, "USD"), "12.50"),
        (Money(-5, "USD"), "-0.05"),
        (Money(0, "USD"), "0.00"),
        (Money(1250, "JPY"), "1250"),
        (Money(-7, "JPY"), "-7"),
        (Money(1, "KWD"), "0.001"),
        (Money(2**63 - 1, "CLF"), "922337203685477.5807"),
    ],
)
def test_format_for_machines(value: Money, text: str) -> None:
    assert value.format() == text


@given(AMOUNTS, st.sampled_from(["JPY", "USD", "KWD", "CLF"]))
def test_text_round_trip(amount: int, currency: str) -> None:
    assert money.minor_from_text(Money(amount, currency).format(), currency) == amount


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("12.5", "USD", 1250), ("12", "USD", 1200), ("-0", "USD", 0), ("-0.01", "USD", -1), ("1000", "JPY", 1000)],
)
def test_text_of_fewer_decimals_is_filled_up(text: str, currency: str, minor: int) -> None:
    assert money.minor_from_text(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("12.345", "USD"),
        ("12.340", "USD"),
        ("100.0", "JPY"),
        ("1.2345", "BHD"),
        ("+1", "USD"),
        ("--1", "USD"),
        ("1e3", "USD"),
        (".5", "USD"),
        ("5.", "USD"),
        ("1,5", "USD"),
        ("1,000.00", "USD"),
        ("1 000", "USD"),
        (" 1", "USD"),
        ("1\n", "USD"),
        ("007", "USD"),
        ("0x10", "USD"),
        ("1_000", "USD"),
        ("NaN", "USD"),
        ("Infinity", "USD"),
        ("\uff11\uff10\uff10", "USD"),
        ("\u0661", "USD"),
        ("\u22121", "USD"),
        ("", "USD"),
        ("-", "USD"),
        ("92233720368547758.08", "USD"),
        ("9" * 5000, "USD"),
    ],
)
def test_text_refuses_every_other_form(text: str, currency: str) -> None:
    with pytest.raises(InvalidAmount) as refusal:
        money.minor_from_text(text, currency)

    assert refusal.value.code == "invalid_amount"


def test_text_of_an_unknown_currency_is_refused() -> None:
    with pytest.raises(UnknownCurrency):
        money.minor_from_text("1", "XYZ")


@pytest.mark.parametrize(
    ("amount", "rate", "rounding", "result"),
    [
        (5, Decimal("0.5"), Rounding.HALF_UP, 3),
        (-5, Decimal("0.5"), Rounding.HALF_UP, -3),
        (5, Decimal("0.5"), Rounding.HALF_EVEN, 2),
        (7, Decimal("0.5"), Rounding.HALF_EVEN, 4),
        (5, Decimal("0.5"), Rounding.FLOOR, 2),
        (-5, Decimal("0.5"), Rounding.FLOOR, -3),
        (100, Fraction(1, 3), Rounding.HALF_UP, 33),
        (100, 3, Rounding.FLOOR, 300),
    ],
)
def test_times_rounds_once_as_named(
    amount: int, rate: Decimal | Fraction | int, rounding: Rounding, result: int
) -> None:
    assert Money(amount, "USD").times(rate, rounding) == Money(result, "USD")


@given(
    st.integers(min_value=-(10**9), max_value=10**9),
    st.decimals(min_value=-1000, max_value=1000, places=10),
    st.sampled_from(Rounding),
)
def test_times_agrees_with_decimal_arithmetic(amount: int, rate: Decimal, rounding: Rounding) -> None:
    expected = int((Decimal(amount) * rate).quantize(Decimal(1), rounding=DECIMAL_ROUNDING[rounding]))

    assert Money(amount, "USD").times(rate, rounding).amount == expected


@pytest.mark.parametrize("rate", [0.5, True, "2", None])
def test_times_refuses_an_inexact_rate(rate: object) -> None:
    with pytest.raises(TypeError, match="a rate is exact"):
        Money(1, "USD").times(rate, Rounding.FLOOR)  # type: ignore[arg-type]


@pytest.mark.parametrize("rate", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity")])
def test_times_refuses_a_rate_that_is_no_number(rate: Decimal) -> None:
    with pytest.raises(ValueError, match=r"NaN|not a rate"):
        Money(1, "USD").times(rate, Rounding.FLOOR)


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
