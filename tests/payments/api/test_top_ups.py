"""Top-ups over HTTP: reserved under a key, read until they end; one's own only."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import ids
from apps.core.money import Money
from apps.payments.models import TopUp
from tests.factories import payments as make
from tests.payments import shop
from tests.support.callers import Caller
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def method(ada):
    with shop.unit():
        return make.payment_method(customer=ada)


def body(ada, method, amount=2_000, currency="USD", **words):
    wallet = ids.encode("wal", ada.receiving_wallet_id)
    values = {"wallet": wallet, "payment_method": method.ref, "money": {"amount": amount, "currency": currency}}
    return {**values, **words}


def test_post_accepts_a_top_up(ada, method):
    answer = Caller(ada.user).post("top-ups", body(ada, method))

    found = answer.json()
    assert (answer.status_code, found["status"], found["money"]) == (
        202,
        "created",
        {"amount": 2_000, "currency": "USD"},
    )
    assert (answer["Location"], found["payment_method"]) == (f"/api/v1/top-ups/{found['id']}", method.ref)
    assert (found["decline_code"], found["captured_at"], shop.available(ada)) == ("", None, 0)


def test_post_under_one_key_is_one_top_up(ada, method):
    caller = Caller(ada.user)

    first, again = (caller.post("top-ups", body(ada, method), Idempotency_Key="k1") for _ in range(2))
    other = caller.post("top-ups", body(ada, method, 2_500), Idempotency_Key="k1")

    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert TopUp.objects.filter(customer=ada).count() == 1


def test_post_needs_a_key(ada, method):
    caller = Caller(ada.user)

    with nothing_written():
        answer = caller.send("POST", "top-ups", body(ada, method))

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")


@pytest.mark.parametrize(
    "money",
    [
        {"amount": 0, "currency": "USD"},
        {"amount": -1, "currency": "USD"},
        {"amount": 1e30, "currency": "USD"},
        {"amount": "12.5", "currency": "USD"},
        {"amount": 12.5, "currency": "USD"},
        {"amount": 49, "currency": "USD"},
        {"amount": 2_000, "currency": "XXX"},
        {"amount": 2_000, "currency": "KWD"},
        {"amount": 2_000, "currency": "JPY"},
        {"amount": 2_000},
        2_000,
        None,
    ],
)
def test_post_refuses_rubbish_and_writes_nothing(ada, method, money):
    caller = Caller(ada.user)

    with nothing_written():
        answer = caller.post("top-ups", body(ada, method, money=money))

    assert answer.status_code == 422


@pytest.mark.parametrize("raw", [b"{", b'{"money": {"amount": NaN}}', b"[]", b'"x"'])
def test_post_refuses_broken_json(ada, raw):
    caller = Caller(ada.user)

    with nothing_written():
        answer = caller.post("top-ups", raw)

    assert answer.status_code in (400, 422)


def test_post_names_the_limit_that_blocks(ada, method):
    caller = Caller(ada.user)
    caller.post("top-ups", body(ada, method, 4_000))

    with nothing_written():
        answer = caller.post("top-ups", body(ada, method, 1_500))

    found = answer.json()
    assert (answer.status_code, found["code"]) == (422, "limit_exceeded")


def test_post_with_what_is_not_ones_own_is_refused(ada, method):
    bob = shop.person()
    with shop.unit():
        card = make.payment_method(customer=bob)
    caller = Caller(bob.user)

    with nothing_written():
        answers = [caller.post("top-ups", body(ada, card)), caller.post("top-ups", body(bob, method))]

    assert [answer.json()["code"] for answer in answers] == ["invalid_reference"] * 2


def test_get_shows_ones_own_top_ups(ada, method):
    with shop.unit():
        top_up = make.top_up(method=method, money=Money(1_000, "USD"))
    bob = Caller(shop.person().user)

    found = Caller(ada.user).get(f"top-ups/{top_up.ref}")

    assert (found.status_code, found.json()["id"], found["ETag"]) == (200, top_up.ref, '"v1"')
    assert [bob.get(f"top-ups/{key}").status_code for key in (top_up.ref, "top_x")] == [404, 404]
    assert bob.get("top-ups").json()["results"] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_the_same_queries_for_any_number(ada, method, rows):
    for _ in range(rows):
        with shop.unit():
            make.top_up(method=method, money=Money(1_000, "USD"))
    caller = Caller(ada.user)

    with CaptureQueriesContext(connection) as queries:
        found = caller.get("top-ups").json()["results"]

    assert (len(found), len(queries)) == (rows, 2)


def test_a_bank_that_asks_is_told_with_what_to_confirm(ada, waiting, partner):
    caller = Caller(ada.user)

    answer = caller.get(f"top-ups/{waiting.ref}")
    listed = caller.get("top-ups").json()["results"]

    assert (answer.json()["status"], answer["Cache-Control"]) == ("requires_action", "no-store")
    assert answer.json()["next_action"] == {
        "kind": "confirm_with_bank",
        "connector": "stripe",
        "client_secret": partner.get("payment_intents").json()["data"][0]["client_secret"],
        "expires_at": answer.json()["next_action"]["expires_at"],
    }
    assert [("next_action" in row, row["status"]) for row in listed] == [(False, "requires_action")]


def test_a_customer_confirms_and_the_wallet_is_credited(ada, waiting, partner):
    caller = Caller(ada.user)
    partner.switch("complete", reference=waiting.ref)

    answer = caller.post(f"top-ups/{waiting.ref}/confirm")
    shop.revisit(waiting)
    after = caller.get(f"top-ups/{waiting.ref}").json()

    assert (answer.status_code, answer.json()["status"]) == (202, "requires_action")
    assert (after["status"], after["next_action"], shop.available(ada)) == ("captured", None, 2_000)


def test_a_customer_drops_a_top_up_once(ada, waiting):
    caller, key = Caller(ada.user), ids.new().hex

    answers = [caller.post(f"top-ups/{waiting.ref}/cancel", Idempotency_Key=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 202]
    assert shop.topics(waiting).count("payments.top_up.abandoned") == 1


@pytest.mark.parametrize("verb", ["confirm", "cancel"])
def test_a_top_up_of_somebody_else_is_not_there_to_end(waiting, verb):
    bob = Caller(shop.person().user)

    with nothing_written():
        answer = bob.post(f"top-ups/{waiting.ref}/{verb}")

    assert answer.status_code == 404


def test_a_top_up_that_does_not_wait_is_not_dropped(ada, partner):
    done, caller = shop.call(shop.reserved(shop.card(partner, ada))), Caller(ada.user)

    with nothing_written():
        answer = caller.post(f"top-ups/{done.ref}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (409, "invalid_state")
