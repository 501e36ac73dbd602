"""What a posting says: signs, keys and the hash of its content. No database."""

import datetime as dt
import hashlib
import uuid
from dataclasses import replace

import pytest

from apps.core.money import Money
from apps.ledger.enums import Side
from apps.ledger.selectors import postings
from apps.ledger.selectors.postings import Leg, Posting

PLAIN = Posting(key="k", kind=10, subject="trf_1", legs=(Leg(1, -5, "USD"), Leg(2, 5, "USD")))


def test_credit_is_positive_and_debit_negative():
    account, money = uuid.uuid4(), Money(5, "USD")

    assert [postings.line(account, money, side).signed for side in (Side.CR, Side.DR)] == [5, -5]


def test_a_key_names_row_move_and_sequence():
    assert postings.posting_key("trf_1", "complete") == "trf_1:complete:0"
    assert postings.posting_key("trf_1", "part", 2) == "trf_1:part:2"


def test_a_key_is_stored_as_the_head_of_its_hash():
    assert postings.key_id("trf_1:complete:0").bytes == hashlib.sha256(b"trf_1:complete:0").digest()[:16]


def test_the_digest_has_a_fixed_form():
    text = "P1|10|~|~|trf_1|~|~|1,USD,-5,exact;2,USD,5,exact"

    assert postings.digest(PLAIN) == hashlib.sha256(text.encode()).digest()


@pytest.mark.parametrize(
    "change",
    [
        {"kind": 11},
        {"subject": "trf_2"},
        {"legs": PLAIN.legs[::-1]},
        {"legs": (Leg(1, -6, "USD"), Leg(2, 6, "USD"))},
        {"legs": (Leg(1, -5, "EUR"), Leg(2, 5, "EUR"))},
        {"legs": (Leg(3, -5, "USD"), Leg(2, 5, "USD"))},
        {"effective_on": dt.date(2026, 1, 1)},
        {"reverses": uuid.UUID(int=1)},
        {"reason": "mistake"},
        {"meta": {"quote": "q1"}},
        {"meta": {}},
    ],
)
def test_any_other_content_has_another_digest(change):
    assert postings.digest(replace(PLAIN, **change)) != postings.digest(PLAIN)


def test_the_key_is_no_content():
    assert postings.digest(replace(PLAIN, key="other")) == postings.digest(PLAIN)


def test_no_value_moves_into_its_neighbours_place():
    one = replace(PLAIN, subject="a|b", reason=None)
    other = replace(PLAIN, subject="a", reason="b")

    assert postings.digest(one) != postings.digest(other)


def test_absent_is_not_a_tilde():
    assert postings.digest(replace(PLAIN, reason="~")) != postings.digest(PLAIN)


def test_the_order_of_facts_is_no_content():
    assert postings.digest(replace(PLAIN, meta={"a": 1, "b": 2})) == postings.digest(
        replace(PLAIN, meta={"b": 2, "a": 1})
    )


@pytest.mark.parametrize("text", ["trf_01j9", "system:ledger", "USD-1.5", "a" * 80])
def test_a_code_is_a_reference(text):
    assert postings.is_reference(text) is True


@pytest.mark.parametrize("text", ["", "two words", "a" * 81, "é", "a\n", "-a", None, 5])
def test_free_text_is_no_reference(text):
    assert postings.is_reference(text) is False
