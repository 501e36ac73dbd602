"""Payment intents: charged, declined, captured, cancelled, found; once under each idempotency key."""

import threading
import time

import pytest

from tests.simulators.stripe.client import Client
from tests.simulators.stripe.test_cards import error


def test_a_confirmed_intent_has_succeeded(client: Client) -> None:
    found = client.charge().json()

    assert (found["status"], found["amount"], found["amount_received"]) == ("succeeded", 20000, 20000)
    assert (found["currency"], found["metadata"]) == ("usd", {"reference": "top_1"})
    assert client.look("ledger") == {"received": {"usd": 20000}, "references": {"top_1": [20000]}}


def test_a_card_that_declines_when_charged_says_why(client: Client) -> None:
    answer = client.charge("4000000000000341")

    intent = answer.json()["error"]["payment_intent"]
    assert error(answer) == (402, "card_declined", "generic_decline")
    assert (intent["status"], intent["last_payment_error"]["code"]) == ("requires_payment_method", "card_declined")
    assert client.look("ledger")["received"] == {}


@pytest.mark.parametrize("word", ["off_session", "error_on_requires_action"])
def test_a_card_that_asks_for_its_owner_declines_where_nobody_can_answer(client: Client, word: str) -> None:
    answer = client.charge("4000002760003184", **{word: "true"})

    assert error(answer) == (402, "authentication_required", "authentication_required")


def test_a_card_that_asks_for_its_owner_waits_otherwise(client: Client) -> None:
    found = client.charge("4000002760003184").json()

    assert (found["status"], found["next_action"]["type"]) == ("requires_action", "use_stripe_sdk")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"amount": 49}, (400, "amount_too_small", "")),
        ({"amount": 100_000_000}, (400, "amount_too_large", "")),
        ({"amount": "12.5"}, (400, "parameter_invalid_integer", "")),
        ({"amount": "1e3"}, (400, "parameter_invalid_integer", "")),
        ({"currency": "xxx"}, (400, "", "")),
        ({"customer": "cus_x"}, (404, "resource_missing", "")),
        ({"payment_method": "pm_x"}, (404, "resource_missing", "")),
        ({"colour": "red"}, (400, "parameter_unknown", "")),
        ({"confirm": "yes"}, (400, "", "")),
    ],
)
def test_what_is_no_charge_is_refused(client: Client, words, expected) -> None:
    assert error(client.charge(**words)) == expected
    assert client.get("payment_intents").json()["data"] == []


def test_a_method_of_another_customer_is_refused(client: Client) -> None:
    (first, _), (_, method) = client.attached(), client.attached()

    assert error(client.charge(attached=(first, method))) == (400, "payment_method_unexpected_state", "")


def test_an_authorised_intent_is_captured_in_part_once(client: Client) -> None:
    key = client.charge(capture_method="manual").json()["id"]

    more = client.post(f"payment_intents/{key}/capture", amount_to_capture=20001)
    found = client.post(f"payment_intents/{key}/capture", amount_to_capture=15000).json()
    again = client.post(f"payment_intents/{key}/capture")

    assert error(more) == (400, "amount_too_large", "")
    assert (found["status"], found["amount_received"], found["amount_capturable"]) == ("succeeded", 15000, 0)
    assert error(again) == (400, "payment_intent_unexpected_state", "")


def test_an_open_intent_is_cancelled_and_a_succeeded_one_is_not(client: Client) -> None:
    open_, done = client.charge(capture_method="manual").json()["id"], client.charge().json()["id"]

    assert client.post(f"payment_intents/{open_}/cancel").json()["status"] == "canceled"
    assert error(client.post(f"payment_intents/{done}/cancel")) == (400, "payment_intent_unexpected_state", "")


def test_an_intent_is_confirmed_later(client: Client) -> None:
    key = client.charge(confirm="false").json()["id"]

    assert client.post(f"payment_intents/{key}/confirm").json()["status"] == "succeeded"


def test_intents_are_found_by_reference_and_listed(client: Client) -> None:
    attached = client.attached()
    keys = [client.charge(attached=attached, metadata__reference=f"top_{n}").json()["id"] for n in range(3)]

    found = client.get("payment_intents/search", query="metadata['reference']:'top_1'").json()
    first = client.get("payment_intents", limit=2, customer=attached[0]).json()
    rest = client.get("payment_intents", starting_after=first["data"][-1]["id"]).json()

    assert (found["object"], [one["id"] for one in found["data"]]) == ("search_result", [keys[1]])
    assert ([one["id"] for one in first["data"]], first["has_more"]) == ([keys[2], keys[1]], True)
    assert ([one["id"] for one in rest["data"]], rest["has_more"]) == ([keys[0]], False)


def test_a_key_is_carried_out_once(client: Client) -> None:
    attached = client.attached()

    first, again = (client.charge(attached=attached, key="k1") for _ in range(2))

    assert first.json() == again.json()
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert client.look("ledger")["references"] == {"top_1": [20000]}


def test_a_decline_is_kept_under_its_key(client: Client) -> None:
    attached = client.attached("4000000000000341")

    first, again = (client.charge(attached=attached, key="k1") for _ in range(2))

    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")


def test_a_key_with_another_body_is_refused(client: Client) -> None:
    attached = client.attached()
    client.charge(attached=attached, key="k1")

    answer = client.charge(attached=attached, key="k1", amount=100)

    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "idempotency_error")


def test_a_refused_form_leaves_the_key_free(client: Client) -> None:
    attached = client.attached()
    client.charge(attached=attached, key="k1", amount=1)

    assert client.charge(attached=attached, key="k1").status_code == 200


def test_a_key_is_forgotten_after_a_day(client: Client) -> None:
    attached = client.attached()
    client.charge(attached=attached, key="k1")
    client.switch("clock", advance_s=86_401)

    assert "Idempotent-Replayed" not in client.charge(attached=attached, key="k1").headers
    assert client.look("ledger")["references"] == {"top_1": [20000, 20000]}


@pytest.mark.slow
def test_a_key_that_is_running_is_refused(client: Client, receiver) -> None:
    attached = client.attached()
    receiver.wait_for(2)
    client.switch("webhooks", is_early=True)
    answers = []

    with receiver.came:
        # Nobody takes the event while this lock is held, so the first request is still under way.
        thread = threading.Thread(target=lambda: answers.append(client.charge(attached=attached, key="k1")))
        thread.start()
        time.sleep(0.3)
        second = client.charge(attached=attached, key="k1")
    thread.join()

    assert error(second) == (409, "idempotency_key_in_use", "")
    assert answers[0].status_code == 200


def test_an_owner_answers_later(client: Client) -> None:
    words = {"metadata__reference": "top_ok"}
    asked = client.charge("4000000000003220", **words).json()
    refused = client.charge("4000002760003184", metadata__reference="top_no").json()
    declined = client.charge("4000008400001629", metadata__reference="top_late").json()

    client.switch("complete", reference="top_ok")
    client.switch("complete", reference="top_no", code="payment_intent_authentication_failure")
    client.switch("complete", reference="top_late")

    found = [client.get(f"payment_intents/{one['id']}").json() for one in (asked, refused, declined)]
    assert [one["status"] for one in found] == ["succeeded", "requires_payment_method", "requires_payment_method"]
    assert [(one["last_payment_error"] or {}).get("decline_code") for one in found][2] == "generic_decline"
    assert found[1]["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert client.look("ledger")["references"] == {"top_ok": [20000]}


def test_any_card_may_be_made_to_ask_for_its_owner(client: Client) -> None:
    client.spoil("action")

    assert [client.charge().json()["status"] for _ in range(2)] == ["requires_action", "succeeded"]
