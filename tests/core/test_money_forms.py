"""Money in JSON, in a form field and for machines: one strict grammar each."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import money
from apps.core.errors import InvalidAmount, UnknownCurrency
from apps.core.money import Money

AMOUNTS = st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)


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
