"""What is kept of a conversation: only what is named, and that without numbers of cards and accounts."""

import json

import pytest

from apps.partners.redaction import HIDDEN, scrub, scrub_text

CARD = "4242424242424242"
KEEP = frozenset({"id", "status", "amount", "message", "error", "items", "ok"})


def test_only_named_fields_stay_readable():
    value = {
        "id": "pi_1",
        "amount": 200,
        "ok": True,
        "card": {"number": CARD, "cvc": "123", "exp_month": 12},
        "items": [{"id": "a", "name": "Ada"}, "b"],
        "nothing": None,
    }

    assert scrub(value, keep=KEEP) == {
        "id": "pi_1",
        "amount": 200,
        "ok": True,
        "card": {"number": HIDDEN, "cvc": HIDDEN, "exp_month": HIDDEN},
        "items": [{"id": "a", "name": HIDDEN}, "b"],
        "nothing": None,
    }


@pytest.mark.parametrize(
    "text",
    [
        CARD,
        "4242 4242 4242 4242",
        "4242-4242-4242-4241",
        "4242424242424241",
        "000123456789",
        "your card 4000000000000002 was declined",
        "ada@example.com",
        "Bearer sk_test_4eC39HqLyjWDarjtT1zdp7dc",
    ],
)
def test_a_planted_secret_does_not_survive_in_a_named_field(text):
    kept = json.dumps([scrub({"message": text, "items": [{"error": text}]}, keep=KEEP), scrub_text(text)])

    assert text not in kept
    assert not any(part in kept for part in (CARD, "4242424242424241", "sk_test_4eC39", "ada@example"))


def test_a_card_number_as_a_number_or_as_a_name_is_masked():
    assert scrub({"amount": int(CARD), CARD: 1}, keep=KEEP) == {"amount": "[card]", "[card]": HIDDEN}


def test_ids_and_short_numbers_stay():
    text = "pi_3MtwBwLkdIwHu7ix28a3tqPa at 1732449600, request req_000123456789012"

    assert scrub_text(text) == text


def test_what_is_long_or_deep_is_cut():
    deep: object = "x"
    for _ in range(9):
        deep = {"items": deep}

    assert len(scrub_text("x" * 9_000)) == 500
    assert len(scrub({"items": list(range(200))}, keep=KEEP)["items"]) == 50
    assert "[cut]" in json.dumps(scrub(deep, keep=KEEP))


@pytest.mark.parametrize("value", [b"4242", 1.5, object()])
def test_what_has_no_plain_form_is_hidden(value):
    assert scrub({"message": value, "other": value}, keep=KEEP) == {"message": HIDDEN, "other": HIDDEN}
