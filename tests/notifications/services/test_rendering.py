"""Texts: each value as its reader writes it, nothing blank, and nothing that a value from a person can do to a text."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.money import Money
from apps.notifications.enums import Kind, Param
from apps.notifications.services import rendering
from apps.notifications.services.rendering import Reader, TextMissing
from tests.notifications.texts import PAID, WARNED

ADA = Reader("en", "UTC")
NAME = Kind(PAID, {"money": Param.MONEY, "payer": Param.TEXT, "at": Param.INSTANT})
SEEN = Kind(WARNED, {"count": Param.NUMBER, "since": Param.DAY})
HIDDEN = (
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\ufeff\x00\x1b\r\n\u2028\u2029\u0085"
)


def title(reader=ADA, **values):
    given = {"money": Money(2_510, "USD"), "payer": "Ann", "at": datetime(2026, 3, 1, 12, 5, tzinfo=UTC), **values}
    params = rendering.stored(kind=NAME, params=given)
    return rendering.line(kind=NAME, part="subject", params=params, reader=reader)


def body(reader=ADA, **values):
    given = {"money": Money(2_510, "USD"), "payer": "Ann", "at": datetime(2026, 3, 1, 23, 5, tzinfo=UTC), **values}
    params = rendering.stored(kind=NAME, params=given)
    return rendering.text(kind=NAME, part="inbox", params=params, reader=reader)


@pytest.mark.parametrize(
    ("locale", "money", "shown"),
    [
        ("en", Money(2_510, "USD"), "25.10 USD"),
        ("en", Money(123_456_789, "USD"), "1,234,567.89 USD"),
        ("en", Money(1_200, "JPY"), "1,200 JPY"),
        ("en", Money(5, "KWD"), "0.005 KWD"),
        ("en", Money(-5, "USD"), "-0.05 USD"),
        ("en", Money(9_007_199_254_740_993, "USD"), "90,071,992,547,409.93 USD"),
        ("de", Money(123_456_789, "EUR"), "1.234.567,89 EUR"),
        ("de-AT", Money(2_510, "CHF"), "25,10 CHF"),
        ("pt-BR", Money(2_510, "BRL"), "25,10 BRL"),
        ("xx", Money(2_510, "USD"), "25.10 USD"),
    ],
)
def test_money_is_written_exactly_in_the_reader_s_way(locale, money, shown):
    assert title(Reader(locale, "UTC"), money=money).split(" sent you ")[1].replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("tz", "shown"),
    [
        ("UTC", "March 1, 2026, 11:05 p.m. UTC"),
        ("America/New_York", "March 1, 2026, 6:05 p.m. EST"),
        ("Asia/Kathmandu", "March 2, 2026, 4:50 a.m. +0545"),
    ],
)
def test_an_instant_is_written_in_the_reader_s_zone(tz, shown):
    assert body(Reader("en", tz)).endswith(f"on {shown}.")


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (1, "One sign-in was refused since March 1, 2026."),
        (2, "2 sign-ins were refused since March 1, 2026."),
        (0, "0 sign-ins were refused since March 1, 2026."),
    ],
)
def test_numbers_have_their_plural(count, shown):
    params = rendering.stored(kind=SEEN, params={"count": count, "since": date(2026, 3, 1)})

    assert rendering.text(kind=SEEN, part="inbox", params=params, reader=ADA) == shown


def test_the_same_values_come_out_after_being_kept():
    kept = rendering.stored(
        kind=NAME, params={"money": Money(1, "USD"), "payer": "Ann", "at": datetime(2026, 3, 1, tzinfo=UTC)}
    )

    assert json.loads(kept) == {
        "money": {"amount": 1, "currency": "USD"},
        "payer": "Ann",
        "at": "2026-03-01T00:00:00+00:00",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": True, "since": date(2026, 3, 1)},
        {"count": "1", "since": date(2026, 3, 1)},
        {"count": 1, "since": datetime(2026, 3, 1, tzinfo=UTC)},
        {"count": 1},
        {"count": 1, "since": date(2026, 3, 1), "more": "x"},
    ],
)
def test_values_of_another_sort_are_refused(wrong):
    with pytest.raises(TextMissing):
        rendering.stored(kind=SEEN, params=wrong)


def test_an_instant_without_a_zone_is_refused():
    naive = datetime(2026, 3, 1)  # noqa: DTZ001 - the fault

    with pytest.raises(TextMissing):
        title(at=naive)


@pytest.mark.parametrize(
    "part", ["{{ payee }}", "{% if payee %}x{% endif %}", "{{ payer.name.first }}{{ missing|upper }}"]
)
def test_a_text_that_names_an_undeclared_value_is_a_fault_and_never_blank(part, settings, tmp_path):
    (tmp_path / "templates/notifications/notifications/paid.subject.txt").write_text(part)

    with pytest.raises(TextMissing, match="does not declare"):
        title()


@given(name=st.text(max_size=300))
def test_a_name_stays_one_visible_line_of_its_own(name):
    kept = json.loads(rendering.stored(kind=SHORT, params={"name": name}))["name"]

    assert len(kept) <= rendering.LONGEST_TEXT
    assert kept == " ".join(kept.split())
    assert [char for char in HIDDEN if char in kept] == []
    assert kept.encode().decode() == kept


SHORT = Kind("notifications.short", {"name": Param.TEXT})


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann", "Ann sent you 25.10 USD"),
        ("  Ann \t Lee\r\n", "Ann Lee sent you 25.10 USD"),
        ("Ann\u202eexe.gpj", "Annexe.gpj sent you 25.10 USD"),
        ("\u2067\u2066\u2069", " sent you 25.10 USD"),
        ("x" * 200, f"{'x' * 79}… sent you 25.10 USD"),
        ("محمد", "\u2068محمد\u2069 sent you 25.10 USD"),
        ("Анна 안나 アンナ", "Анна 안나 アンナ sent you 25.10 USD"),
        ("👩\u200d👧 family", "👩\u200d👧 family sent you 25.10 USD"),
        ("\ud800Ann", "Ann sent you 25.10 USD"),
        ("{{ money }}{% load x %}", "{{ money }}{% load x %} sent you 25.10 USD"),
    ],
)
def test_a_name_of_any_script_is_shown_and_can_do_nothing(name, shown):
    assert title(payer=name) == shown.strip()


def test_a_reader_from_right_to_left_gets_isolated_values():
    assert title(Reader("he", "UTC")).startswith("\u2068Ann\u2069 sent you \u2068")


def test_the_language_of_the_process_stays():
    before = title()
    title(Reader("de", "UTC"))

    assert title() == before
