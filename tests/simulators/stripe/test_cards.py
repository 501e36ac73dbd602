"""Payment methods: test cards by their numbers, and nothing of a number is kept."""

from pathlib import Path

import pytest

from tests.simulators.stripe.client import VISA, Client


def error(answer) -> tuple[int, str, str]:
    found = answer.json()["error"]
    return answer.status_code, found.get("code", ""), found.get("decline_code", "")


def test_a_card_becomes_a_method_without_its_number(client: Client) -> None:
    found = client.method().json()

    assert (found["object"], found["type"], found["customer"]) == ("payment_method", "card", None)
    assert (found["card"]["brand"], found["card"]["last4"], found["card"]["exp_year"]) == ("visa", "4242", 2035)
    assert not [name for name in found if name.startswith("_")]


def test_equal_cards_have_equal_fingerprints(client: Client) -> None:
    prints = [client.method(number).json()["card"]["fingerprint"] for number in (VISA, VISA, "5555555555554444")]

    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"card__number": "4242424242424241"}, (402, "incorrect_number", "")),
        ({"card__number": "4532015112830366"}, (402, "card_declined", "test_mode_live_card")),
        ({"card__exp_month": 13}, (402, "invalid_expiry_month", "")),
        ({"card__exp_year": 2020}, (402, "invalid_expiry_year", "")),
        ({"card__cvc": 99}, (402, "invalid_cvc", "")),
        ({"type": "boleto"}, (400, "", "")),
        ({"colour": "red"}, (400, "parameter_unknown", "")),
    ],
)
def test_what_is_no_test_card_is_refused(client: Client, words, expected) -> None:
    assert error(client.method(**words)) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("4000000000000002", (402, "card_declined", "generic_decline")),
        ("4000000000009995", (402, "card_declined", "insufficient_funds")),
        ("4000000000009987", (402, "card_declined", "lost_card")),
        ("4000000000000069", (402, "expired_card", "expired_card")),
        ("4000000000000127", (402, "incorrect_cvc", "incorrect_cvc")),
        ("4000000000000119", (402, "processing_error", "processing_error")),
    ],
)
def test_a_declining_card_declines_when_it_is_attached(client: Client, number, expected) -> None:
    customer, method = client.post("customers").json()["id"], client.method(number).json()["id"]

    assert error(client.post(f"payment_methods/{method}/attach", customer=customer)) == expected
    assert client.get(f"payment_methods/{method}").json()["customer"] is None


def test_a_ready_made_token_becomes_a_method(client: Client) -> None:
    customer = client.post("customers").json()["id"]

    found = client.post("payment_methods/pm_card_visa/attach", customer=customer).json()

    assert (found["customer"], found["card"]["last4"]) == (customer, "4242")
    assert found["id"] not in ("pm_card_visa", client.get("payment_methods/pm_card_visa").json()["id"])


def test_a_detached_method_is_spent(client: Client) -> None:
    customer, method = client.attached()

    assert client.post(f"payment_methods/{method}/detach").json()["customer"] is None
    again = client.post(f"payment_methods/{method}/attach", customer=customer)
    assert error(again) == (400, "payment_method_unexpected_state", "")


def test_unknown_ids_are_missing(client: Client) -> None:
    for path in ("payment_methods/pm_x", "customers/cus_x", "payment_intents/pi_x", "events/evt_x"):
        assert error(client.get(path)) == (404, "resource_missing", "")


def test_no_card_number_is_on_disk_or_in_the_journal(client: Client, tmp_path: Path) -> None:
    client.charge()
    client.method("4242424242424241")

    kept = "".join(path.read_text() for path in tmp_path.iterdir()) + str(client.look("journal"))
    assert ("4242424242424242" in kept, "4242424242424241" in kept, '"last4": "4242"' in kept) == (False, False, True)


@pytest.mark.parametrize("key", ["sk_test_other", "x"])
def test_another_key_is_refused(client: Client, key: str) -> None:
    answer = client.raw("GET", "/v1/payment_intents", headers={"Authorization": f"Bearer {key}"})

    assert answer.status_code == 401


def test_the_publishable_key_only_makes_methods(client: Client) -> None:
    headers = {"Authorization": "Bearer pk_test_simulated"}
    form = {"type": "card", "card[number]": VISA, "card[exp_month]": "1", "card[exp_year]": "2035"}

    assert client.raw("POST", "/v1/payment_methods", data=form, headers=headers).status_code == 200
    assert client.raw("POST", "/v1/customers", headers=headers).status_code == 401
    assert client.raw("GET", "/v1/payment_methods", headers=headers).status_code == 401
