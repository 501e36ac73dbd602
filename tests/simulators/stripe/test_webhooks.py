"""Events: signed, delivered at least once, kept over a restart, and wrong on demand."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from apps.core import clock
from simulators.stripe import Account, StripeSimulator
from tests.simulators.stripe.client import Client
from tests.simulators.stripe.conftest import Receiver

SECRET = "whsec_simulated"


def kinds(taken: list[tuple[str, bytes]]) -> list[str]:
    return [json.loads(body)["type"] for _, body in taken]


def signature(header: str) -> tuple[int, str]:
    stamp, _, digest = header.removeprefix("t=").partition(",v1=")
    return int(stamp), digest


def age_s(stamp: int) -> float:
    return abs(clock.now().timestamp() - stamp)


def expected(stamp: int, body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def test_a_charge_is_told_in_order_and_signed(client: Client, receiver: Receiver) -> None:
    attached = client.attached()
    receiver.wait_for(2)

    intent = client.charge(attached=attached, key="k1").json()

    taken = receiver.wait_for(5)[2:]
    assert kinds(taken) == ["payment_intent.created", "payment_intent.succeeded", "charge.succeeded"]
    header, body = taken[1]
    stamp, digest = signature(header)
    assert (digest, age_s(stamp) < 10) == (expected(stamp, body), True)
    event = json.loads(body)
    assert (event["data"]["object"]["id"], event["request"]["idempotency_key"]) == (intent["id"], "k1")
    assert client.get(f"events/{event['id']}").json() == event


@pytest.mark.slow
def test_an_event_that_is_not_taken_comes_again(client: Client, receiver: Receiver) -> None:
    receiver.answers = [500]

    client.post("customers")

    first, second = receiver.wait_for(2)
    assert first[1] == second[1]


@pytest.mark.parametrize(
    ("words", "copies", "is_genuine", "skew"),
    [
        ({"copies": 3}, 3, True, 0),
        ({"is_forged": True}, 1, False, 0),
        ({"skew_s": -301}, 1, True, -301),
        ({"skew_s": 600}, 1, True, 600),
        ({"secret": "whsec_other"}, 1, False, 0),
    ],
)
def test_an_event_is_sent_again_on_demand(client: Client, receiver: Receiver, words, copies, is_genuine, skew) -> None:
    client.post("customers", metadata__reference="ref_1")
    receiver.wait_for(1)

    sent = client.switch("deliver", reference="ref_1", type="customer.created", **words)["deliveries"]

    taken = receiver.taken[1:]
    stamp, digest = signature(taken[0][0])
    assert [one["statuses"] for one in sent] == [[200] * copies]
    assert (len(taken), digest == expected(stamp, taken[0][1])) == (copies, is_genuine)
    assert age_s(stamp - skew) < 10


def test_events_are_sent_in_reverse_on_demand(client: Client, receiver: Receiver) -> None:
    client.charge()
    receiver.wait_for(5)

    client.switch("deliver", reference="top_1", is_reordered=True)

    assert kinds(receiver.taken[5:]) == ["charge.succeeded", "payment_intent.succeeded", "payment_intent.created"]


def test_a_lost_event_never_comes_by_itself(client: Client, receiver: Receiver) -> None:
    client.switch("webhooks", is_lost=True)
    client.post("customers")
    client.switch("webhooks", is_lost=False)
    client.method()
    client.post("customers")

    assert kinds(receiver.wait_for(1)) == ["customer.created"]
    assert len(client.get("events").json()["data"]) == 2


def test_an_early_event_comes_before_the_answer(client: Client, receiver: Receiver) -> None:
    client.switch("webhooks", is_early=True)

    client.post("customers")

    assert kinds(receiver.taken) == ["customer.created"]


def test_a_delayed_event_comes_after_others(client: Client, receiver: Receiver) -> None:
    client.switch("webhooks", delay_s=0.3)
    client.post("customers", metadata__reference="late")
    client.switch("webhooks", delay_s=0)
    client.post("customers", metadata__reference="soon")

    found = [json.loads(body)["data"]["object"]["metadata"]["reference"] for _, body in receiver.wait_for(2)]
    assert found == ["soon", "late"]


def test_an_unknown_word_is_refused(client: Client) -> None:
    assert client.raw("POST", "/__sim/webhooks", json={"colour": 1}).status_code == 400


def test_what_was_answered_and_what_waits_survive_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    away = Account(webhook_url="http://127.0.0.1:1/hooks/stripe")
    first = StripeSimulator(host="127.0.0.1", port=0, folder=tmp_path, account=away)
    first.start()
    with Client(first.addresses["api"], away.secret_key) as client:
        attached = client.attached()
        made = client.charge(attached=attached, key="k1").json()
    first.stop()
    with (tmp_path / "account.jsonl").open("a") as file:
        file.write('{"kind": "payment_intent", "id": "half')

    second = StripeSimulator(host="127.0.0.1", port=0, folder=tmp_path, account=Account(webhook_url=receiver.url))
    second.start()
    with Client(second.addresses["api"], away.secret_key) as client:
        again = client.charge(attached=attached, key="k1")
        taken = receiver.wait_for(5)
    second.stop()

    assert (again.json(), again.headers["Idempotent-Replayed"]) == (made, "true")
    assert sorted(kinds(taken)) == [
        "charge.succeeded",
        "customer.created",
        "payment_intent.created",
        "payment_intent.succeeded",
        "payment_method.attached",
    ]
