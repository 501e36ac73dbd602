"""Faults: each kind on demand, with the act done or not done behind it."""

import httpx
import pytest

from tests.simulators.stripe.client import Client
from tests.simulators.stripe.test_cards import error

DONE = {"top_1": [20000]}


@pytest.fixture
def attached(client: Client) -> tuple[str, str]:
    return client.attached()


@pytest.mark.parametrize(
    ("kind", "words", "status", "done"),
    [
        ("error", {}, 500, {}),
        ("error", {"when": "after", "status": 503}, 503, DONE),
        ("html", {}, 403, {}),
        ("html", {"when": "after"}, 403, DONE),
        ("rate_limit", {"retry_after": 7}, 429, {}),
        ("lock_timeout", {}, 429, {}),
        ("decline", {"code": "insufficient_funds"}, 402, {}),
        ("latency", {"seconds": 0.01}, 200, DONE),
    ],
)
def test_a_fault_spoils_one_request(client: Client, attached, kind, words, status, done) -> None:
    client.spoil(kind, **words)

    answer = client.charge(attached=attached)

    assert (answer.status_code, client.look("ledger")["references"]) == (status, done)
    assert client.charge(attached=attached).status_code == 200


@pytest.mark.parametrize(
    ("kind", "words", "done"),
    [
        ("reset", {}, {}),
        ("reset", {"when": "after"}, DONE),
        ("hang", {"seconds": 0.1}, DONE),
        ("truncate", {}, DONE),
    ],
)
def test_a_fault_leaves_a_request_without_an_answer(client: Client, attached, kind, words, done) -> None:
    client.spoil(kind, **words)

    with pytest.raises(httpx.TransportError):
        client.charge(attached=attached, key="k1")

    assert client.look("ledger")["references"] == done
    again = client.charge(attached=attached, key="k1")
    assert ("Idempotent-Replayed" in again.headers, client.look("ledger")["references"]) == (bool(done), DONE)


def test_a_limited_answer_says_when_again(client: Client, attached) -> None:
    client.spoil("rate_limit", retry_after=7)

    answer = client.charge(attached=attached)

    assert (answer.headers["Retry-After"], answer.json()["error"]["code"]) == ("7", "rate_limit")


def test_a_fault_lasts_as_often_as_asked(client: Client, attached) -> None:
    client.spoil("error", times=2)

    assert [client.charge(attached=attached).status_code for _ in range(3)] == [500, 500, 200]


def test_a_charge_stays_in_processing_until_it_is_completed(client: Client, attached) -> None:
    client.spoil("processing", times=2)
    first = client.charge(attached=attached).json()
    second = client.charge(attached=attached, metadata__reference="top_2").json()

    assert (first["status"], client.look("ledger")["references"]) == ("processing", {})
    assert client.switch("complete", reference="top_1") == {"completed": ["succeeded"]}
    assert client.switch("complete", reference="top_2", code="lost_card") == {"completed": ["requires_payment_method"]}
    assert client.look("ledger")["references"] == DONE
    assert client.get(f"payment_intents/{second['id']}").json()["last_payment_error"]["decline_code"] == "lost_card"


def test_a_stale_read_shows_the_state_before(client: Client, attached) -> None:
    key = client.charge(attached=attached).json()["id"]
    client.spoil("stale", times=2)

    assert client.get(f"payment_intents/{key}").json()["status"] == "requires_confirmation"
    assert client.get("payment_intents/search", query="metadata['reference']:'top_1'").json()["data"] == []
    assert client.get(f"payment_intents/{key}").json()["status"] == "succeeded"


def test_a_wrong_amount_is_only_in_the_answer(client: Client, attached) -> None:
    client.spoil("integrity", add=5)

    answer = client.charge(attached=attached).json()

    assert (answer["amount"], client.look("ledger")["references"]) == (20005, DONE)


@pytest.mark.parametrize("content", [{"action": {"kind": "odd"}}, {}, {"action": {"kind": "error"}, "times": "x"}])
def test_a_scenario_without_sense_is_refused(client: Client, content) -> None:
    assert client.raw("POST", "/__sim/scenario", json=content).status_code == 400


def test_the_switches_are_told_and_answer_this_machine_only(client: Client) -> None:
    assert "hang" in client.look("faults")["kinds"]
    assert client.raw("GET", "/__sim/other").status_code == 404
    assert client.raw("POST", "/__sim/scenario", content=b"[1]").status_code == 400
    assert client.raw("GET", "/__sim/faults", headers={"Host": "evil.example"}).status_code == 421


def test_reset_forgets_everything(client: Client, attached) -> None:
    client.charge(attached=attached)
    client.spoil("error")

    client.switch("reset")

    assert client.look("ledger") == {"received": {}, "references": {}}
    assert error(client.get(f"customers/{attached[0]}")) == (404, "resource_missing", "")


def test_an_unknown_path_and_version_are_refused(client: Client) -> None:
    assert client.get("unicorns").status_code == 404
    assert client.raw("GET", "/v1/events", headers={"Stripe-Version": "latest"}).status_code == 400
