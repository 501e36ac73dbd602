"""Bad news of partners at the doors: whatever comes, in whatever order, a wallet is credited once or not at all."""

from datetime import timedelta

import pytest
from celery import current_app
from django.test import Client as Browser

from apps.core import clock
from apps.core.services import dispatch
from apps.ledger.models import Txn
from apps.notifications.services import recipients
from apps.payments.models import InboundAnomaly, WebhookInbox
from tests.payments import shop
from tests.support.callers import Caller
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
PATH = "/v1/payment_intents"
SIGNED_WRONGLY = [
    {"secret": "whsec_other"},
    {"scheme": "v0"},
    {"skew_s": -301},
    {"skew_s": -86_400},
    {"skew_s": 302},
    {"skew_s": 3_600},
]


@pytest.fixture
def caller(ada) -> Caller:
    """Return a customer who can be told, so that no delivery waits for another try."""
    with shop.unit():
        recipients.upsert(recipient=ada.user.ref, email="ada@example.com", locale="en", tz="UTC")
    return Caller(ada.user)


@pytest.fixture
def card(ada, partner):
    return shop.card(partner, ada)


def asked_for(caller, card, amount: int = 2_000) -> str:
    """Ask for a top-up over HTTP, let the workers run, and return its id."""
    wallet = caller.get("wallets").json()["results"][0]["id"]
    body = {"wallet": wallet, "payment_method": card.ref, "money": {"amount": amount, "currency": "USD"}}
    answer = caller.post("top-ups", body)
    assert answer.status_code == 202, answer.content
    work()
    return str(answer.json()["id"])


def work() -> None:
    """Let the workers of every queue do what is due."""
    for queue in ("partner_calls", "webhooks_in", "default"):
        dispatch.drain(queue=queue)


def minute(after: timedelta) -> None:
    """Let the minute job look again at a later time, and the workers follow."""
    current_app.loader.import_default_modules()
    with clock.frozen(clock.now() + after):
        current_app.tasks["payments.top_ups.question"].apply(throw=True)
    work()


def deliver(body: bytes, **words) -> int:
    headers = {"Stripe-Signature": shop.signed(body, **words)}
    answer = Browser().post("/hooks/stripe", body, content_type="application/json", headers=headers)
    return int(answer.status_code)


def outcome(caller, top_up: str) -> tuple[str, int, int]:
    """Return the state of a top-up and what can be spent, as the customer sees both, and how often it was posted."""
    state = caller.get(f"top-ups/{top_up}").json()["status"]
    wallet = caller.get("wallets").json()["results"][0]
    balances = caller.get(f"wallets/{wallet['id']}/balances").json()["results"]
    (found,) = [row["available"]["amount"] for row in balances if row["available"]["currency"] == "USD"]
    return state, found, Txn.objects.filter(subject=top_up).count()


@pytest.fixture
def lost(caller, card, partner) -> str:
    """Return a top-up that the partner took and whose answer never came."""
    partner.spoil("hang", path=PATH, seconds=5)
    top_up = asked_for(caller, card)
    assert outcome(caller, top_up) == ("unknown", 0, 0)
    return top_up


def news(partner, top_up: str, kind: str = "payment_intent.succeeded") -> bytes:
    return shop.event(partner, shop.of_ref(top_up), kind)


@pytest.mark.parametrize("words", SIGNED_WRONGLY)
def test_forged_old_and_future_news_writes_nothing(caller, lost, partner, words):
    body = news(partner, lost)

    with nothing_written():
        status = deliver(body, **words)
        work()

    assert (status, outcome(caller, lost)) == (401, ("unknown", 0, 0))


def test_news_whose_bytes_were_changed_writes_nothing(caller, lost, partner):
    body = news(partner, lost)
    signature = shop.signed(body)

    with nothing_written():
        answer = Browser().post(
            "/hooks/stripe",
            body.replace(b"2000", b"9000"),
            content_type="application/json",
            headers={"Stripe-Signature": signature},
        )
        work()

    assert (answer.status_code, outcome(caller, lost)) == (401, ("unknown", 0, 0))


def test_news_that_comes_many_times_credits_once(caller, lost, partner):
    body = news(partner, lost)

    before = [deliver(body) for _ in range(3)]
    work()
    with nothing_written():
        after = [deliver(body) for _ in range(3)]
        work()

    assert (before, after, outcome(caller, lost)) == ([200] * 3, [200] * 3, ("captured", 2_000, 1))
    assert WebhookInbox.objects.filter(reference=lost).count() == 1


def test_news_of_the_same_money_under_other_ids_credits_once(caller, lost, partner):
    payment = partner.get("payment_intents").json()["data"][0]["id"]

    for key in ("evt_first", "evt_second"):
        body = shop.made_up("payment_intent.succeeded", reference=lost, payment=payment, key=key)
        assert deliver(body) == 200
        work()

    assert outcome(caller, lost) == ("captured", 2_000, 1)
    assert [row.result for row in WebhookInbox.objects.order_by("received_at", "id")] == ["applied", "stale"]


def test_the_same_id_with_other_content_moves_nothing(caller, lost, partner):
    assert deliver(shop.made_up("customer.created", key="evt_twice")) == 200
    work()

    status = deliver(shop.made_up("payment_intent.succeeded", reference=lost, key="evt_twice"))
    work()

    assert (status, outcome(caller, lost), WebhookInbox.objects.count()) == (200, ("unknown", 0, 0), 1)
    assert [row.reason for row in InboundAnomaly.objects.all()] == ["body_differs"]


@pytest.mark.parametrize("is_reordered", [False, True])
def test_news_in_either_order_ends_alike(caller, card, partner, is_reordered):
    partner.spoil("processing", path=PATH)
    top_up = asked_for(caller, card)
    assert outcome(caller, top_up) == ("processing", 0, 0)
    partner.switch("complete", reference=top_up)
    kinds = ["payment_intent.processing", "payment_intent.succeeded"]
    bodies = [news(partner, top_up, kind) for kind in kinds]

    for body in reversed(bodies) if is_reordered else bodies:
        assert deliver(body) == 200
        work()

    assert outcome(caller, top_up) == ("captured", 2_000, 1)


def test_a_failure_that_is_told_after_the_success_takes_nothing_back(caller, lost, partner):
    assert deliver(news(partner, lost)) == 200
    work()
    payment = shop.of_ref(lost).partner_ref

    assert deliver(shop.made_up("payment_intent.payment_failed", reference=lost, payment=payment)) == 200
    work()

    assert outcome(caller, lost) == ("captured", 2_000, 1)


def test_news_before_the_answer_credits_once(caller, card, partner):
    """The worker died after the partner took the money: its event is here before anything else."""
    wallet = caller.get("wallets").json()["results"][0]["id"]
    body = {"wallet": wallet, "payment_method": card.ref, "money": {"amount": 2_000, "currency": "USD"}}
    top_up = caller.post("top-ups", body).json()["id"]
    attempt = shop.attempts_of(shop.of_ref(top_up))[0]
    partner.charge(
        attached=partner.attached(), amount=2_000, metadata__reference=top_up, key=str(attempt.idempotency_key)
    )

    assert deliver(news(partner, top_up)) == 200
    dispatch.drain(queue="webhooks_in")
    assert outcome(caller, top_up) == ("captured", 2_000, 1)
    work()

    assert outcome(caller, top_up) == ("captured", 2_000, 1)
    assert partner.look("ledger")["references"] == {top_up: [2_000]}


@pytest.mark.parametrize(
    ("kind", "words"), [("hang", {"seconds": 5}), ("reset", {"when": "after"}), ("error", {"when": "after"})]
)
def test_a_payment_whose_answer_was_lost_is_found_by_reading_and_posted_once(caller, card, partner, kind, words):
    partner.spoil(kind, path=PATH, **words)
    top_up = asked_for(caller, card)
    assert outcome(caller, top_up) == ("unknown", 0, 0)
    with nothing_written():
        work()

    minute(timedelta(minutes=6))
    assert outcome(caller, top_up) == ("captured", 2_000, 1)
    minute(timedelta(hours=30))

    assert outcome(caller, top_up) == ("captured", 2_000, 1)
    assert partner.look("ledger")["references"] == {top_up: [2_000]}


def test_a_partner_who_stays_silent_leaves_it_unknown_and_takes_one_payment(caller, lost, partner):
    partner.spoil("error", path=PATH, times=6)

    for hours in (1, 2, 26):
        minute(timedelta(hours=hours))
        assert outcome(caller, lost) == ("unknown", 0, 0)

    assert partner.look("ledger")["references"] == {lost: [2_000]}
