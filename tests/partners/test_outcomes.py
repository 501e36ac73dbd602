"""Outcomes: what an answer without success means, and when an acceptance counts."""

import pytest

from apps.core.money import Money
from apps.partners.enums import ErrorClass, OutcomeKind
from apps.partners.outcomes import (
    Accepted,
    Declined,
    ErrorRule,
    Outcome,
    Rejected,
    Retryable,
    Unknown,
    classify,
    verified,
)

MONEY = Money(200, "USD")


def outcome(status: int, code: str = "", *rules: ErrorRule, operation: str = "pay", is_idempotent: bool = True):
    return classify(rules, operation=operation, http_status=status, code=code, is_idempotent=is_idempotent, after_s=3)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "odd", Rejected("unknown_code", ("odd",))),
        (404, "", Rejected("unknown_code")),
        (429, "", Retryable("http_429", 3)),
        (409, "lock_timeout", Retryable("lock_timeout", 3)),
        (500, "", Unknown("http_500")),
        (503, "api_error", Unknown("api_error")),
        (302, "", Unknown("http_302")),
        (200, "", Unknown("http_200")),
    ],
)
def test_an_answer_without_a_rule_is_judged_by_its_status(status, code, expected):
    assert outcome(status, code) == expected


@pytest.mark.parametrize(("status", "kind"), [(408, Unknown), (409, Unknown), (425, Retryable), (429, Retryable)])
def test_a_conflict_is_unknown_where_the_partner_keeps_no_keys(status, kind):
    assert isinstance(outcome(status, is_idempotent=False), kind)


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ("declined", Declined("x")),
        ("rejected", Rejected("x")),
        ("definite_failure", Rejected("x")),
        ("retryable", Retryable("x", 3)),
        ("unknown", Unknown("x")),
    ],
)
def test_a_rule_decides_whatever_the_status(verdict, expected):
    assert outcome(500, "x", ErrorRule("", 0, "x", verdict)) == expected


def test_the_closest_rule_decides():
    rules = [
        ErrorRule("", 402, "", "rejected"),
        ErrorRule("pay", 0, "", "retryable"),
        ErrorRule("", 0, "lost", "declined"),
        ErrorRule("refund", 402, "lost", "unknown"),
    ]

    assert outcome(402, "lost", *rules) == Declined("lost")
    assert outcome(402, "other", *rules) == Retryable("other", 3)
    assert outcome(402, "other", *rules, operation="void") == Rejected("other")
    assert outcome(402, "lost", *rules, operation="refund") == Unknown("lost")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Accepted("ok", {"reference": "r", "id": "p"}, MONEY), Accepted("ok", {"reference": "r", "id": "p"}, MONEY)),
        (Accepted("ok", {"reference": "r"}, Money(201, "USD")), Unknown("integrity", {"reference": "r"})),
        (Accepted("ok", {"reference": "r"}, Money(200, "EUR")), Unknown("integrity", {"reference": "r"})),
        (Accepted("ok", {"reference": "s"}, MONEY), Unknown("integrity", {"reference": "s"})),
        (Accepted("ok", {}, MONEY), Unknown("integrity")),
        (Accepted("ok", {"reference": "r"}), Unknown("integrity", {"reference": "r"})),
        (Declined("no"), Declined("no")),
        (Declined("no", {"reference": "r"}), Declined("no", {"reference": "r"})),
        (Declined("no", {"reference": "s"}), Unknown("integrity", {"reference": "s"})),
    ],
)
def test_an_acceptance_counts_for_our_money_and_reference_only(found: Outcome, expected: Outcome):
    assert verified(found, money=MONEY, reference="r") == expected


def test_the_words_of_the_table_are_those_of_the_outcomes():
    kinds = {one.kind for one in (Accepted, Declined, Rejected, Retryable, Unknown)}

    assert kinds == set(OutcomeKind.values)
    assert {type(outcome(400, "x", ErrorRule("", 0, "x", word))).__name__ for word in ErrorClass.values} == {
        "Declined",
        "Rejected",
        "Retryable",
        "Unknown",
    }
