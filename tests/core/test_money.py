"""Money: exact in one currency, or refused."""

from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import money
from apps.core.errors import InvalidAmount, UnknownCurrency
from apps.core.money import Money, Rounding

USD = st.builds(Money, st.integers(min_value=-(2**62) + 1, max_value=2**62 - 1), st.just("USD"))
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
