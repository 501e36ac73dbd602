"""Redaction: canaries of every kind disappear, everything else stays as it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import redact

CARDS = [
    "4111111111111111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "36227206271667",
    "3566002020360505",
    "6011111111111117",
    "6205500000000000004",
    "6759649826438453",
]


@pytest.mark.parametrize("card", CARDS)
def test_numbers_masks_a_card_number(card: str) -> None:
    assert redact.numbers(f"paid with {card}, thanks") == "paid with [card], thanks"


@pytest.mark.parametrize(
    "written",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111_1111_1111_1111",
        "4111\u00a01111\u00a01111\u00a01111",
        "4111\u20131111\u20131111\u20131111",
        "4111 - 1111 - 1111 - 1111".replace(" - ", "- "),
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "3782 822463 10005",
        "\uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11",
    ],
)
def test_numbers_masks_a_card_number_however_it_is_written(written: str) -> None:
    assert redact.numbers(f"card:{written}.") == "card:[card]."


@pytest.mark.parametrize(
    ("found", "left"),
    [
        ("4111111111111111.pdf", "[card].pdf"),
        ("x4111111111111111x", "x[card]x"),
        ("4111 1111 1111 1111 12/27 123", "[card] 12/27 123"),
        ("order 77 4111 1111 1111 1111", "order 77 [card]"),
        ("4111111111111111 5555555555554444", "[card] [card]"),
        ("41111111111111111227123", "[card]"),
        ("0000004111111111111111", "[card]"),
        ("[4111111111111111, 5555555555554444]", "[[card], [card]]"),
    ],
)
def test_numbers_finds_a_card_number_among_other_digits(found: str, left: str) -> None:
    assert redact.numbers(found) == left


@pytest.mark.parametrize(
    "harmless",
    [
        "4111111111111112",
        "1764000000000000000",
        "2026-03-01 12:00:00.123456",
        "411111111111",
        "amount 1250 USD of 3 lines",
        "0190a3f4-5b6c-7123-8111-411111111111",
        "4111111111111111"[:12],
    ],
)
def test_numbers_leaves_other_digits(harmless: str) -> None:
    assert redact.numbers(harmless) == harmless


@given(st.integers(min_value=0, max_value=10**14), st.sampled_from(["", " ", "-"]))
def test_numbers_masks_every_16_digit_number_with_a_right_check_digit(body: int, gap: str) -> None:
    digits = f"4{body % 10**14:014d}"
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[::2])
    check = -(doubled + sum(int(digit) for digit in digits[1::2])) % 10
    number = digits + str(check)
    written = gap.join(number[start : start + 4] for start in range(0, 16, 4))

    assert redact.numbers(f"<{written}>") == "<[card]>"


@pytest.mark.parametrize(
    ("found", "left"),
    [
        ("my 078-05-1120.", "my [identity number]."),
        ("078 05 1120", "[identity number]"),
        ("912-70-1234", "[identity number]"),
        ("SSN: 078051120", "SSN: [identity number]"),
        ("ssn is 078051120", "ssn is [identity number]"),
        ("itin=912701234", "itin=[identity number]"),
    ],
)
def test_numbers_masks_an_identity_number(found: str, left: str) -> None:
    assert redact.numbers(found) == left


@pytest.mark.parametrize(
    "harmless", ["000-12-3456", "666-12-3456", "078-00-1120", "078-05-0000", "078-05 1120", "021000021", "2026-03-0112"]
)
def test_numbers_leaves_what_is_no_identity_number(harmless: str) -> None:
    assert redact.numbers(harmless) == harmless


@pytest.mark.parametrize(
    ("found", "left"),
    [
        ("mail to Ana.Lopez+tag@mail.example.com failed", "mail to [email] failed"),
        ("<o'neil@example.org>", "<[email]>"),
        ("/verify?to=ana%40example.com&x=1", "/verify?to=[email]&x=1"),
        ("mü@bücher.example", "[email]"),
        ("call +1 (415) 555-0100 now", "call [phone] now"),
        ("sms to +447911123456", "sms to [phone]"),
        ("Authorization: Bearer abc.def-123456", "Authorization: [secret] [secret]"),
        ("got bearer abcdefgh123", "got bearer [secret]"),
        ("X-Session-Token: abc123", "X-Session-Token: [secret]"),
        ("password=hunter2&next=/", "password=[secret]&next=/"),
        ('{"password": "correct horse", "a": 1}', '{"password": [secret], "a": 1}'),
        ("cvv: 123", "cvv: [secret]"),
        ("jwt eyJhbGciOiJI.eyJzdWIiOiIx.c2ln", "jwt [secret]"),
        ("GET /in?code=129834&x=1", "GET /in?code=[secret]&x=1"),
        ("postgresql://app:pw@db.internal/strongroom", "postgresql://[secret]@db.internal/strongroom"),
        ("redis://:pw@127.0.0.1:6379", "redis://[secret]@127.0.0.1:6379"),
    ],
)
def test_text_masks_addresses_and_secrets(found: str, left: str) -> None:
    assert redact.text(found) == left


@pytest.mark.parametrize(
    "harmless",
    [
        "GET /api/v1/transfers/trf_01j2hz8pvcfp79y0938nkrkayd 200 in 12.345678 ms",
        "2026-03-01T12:00:00.123456+00:00",
        "limit_exceeded: more than 3 codes, token bucket empty",
        "connect to http://127.0.0.1:8000/ as strongroom_app",
        "ratio 0.3333333333333333",
        'File "/app/x.py", line 12, in <module>',
        "",
    ],
)
def test_text_leaves_what_is_harmless(harmless: str) -> None:
    assert redact.text(harmless) == harmless


def test_text_is_cut_without_half_a_card_number() -> None:
    found = "x" * (redact.MAX_TEXT - 8) + " 4111111111111111"

    assert redact.text(found) == "x" * (redact.MAX_TEXT - 8) + "[cut]"


@given(st.text(max_size=300))
def test_text_is_stable_under_repetition(found: str) -> None:
    once = redact.text(found)

    assert redact.text(once) == once


@pytest.mark.parametrize(
    "hostile",
    [
        "4" * 100_000,
        "4 " * 50_000,
        "41111111111111111111 " * 5_000,
        "a" * 100_000 + "@",
        "a.@" * 30_000,
        "password=" * 10_000,
        "token " * 20_000,
        "+1" + " 1" * 50_000,
        "078-05-" * 20_000,
        '"secret":"' * 10_000,
        "eyJ" * 30_000,
        "://a:" * 20_000,
        "ssn " * 20_000,
    ],
    ids=range(13),
)
def test_text_of_a_hostile_shape_costs_little(hostile: str) -> None:
    begun = time.perf_counter()

    redact.text(hostile)

    assert time.perf_counter() - begun < 0.3
