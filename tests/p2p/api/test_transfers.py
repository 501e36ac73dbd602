"""Transfers over HTTP: sent once a key, read by both parties and by nobody else."""

import pytest

from apps.accounts.models import Wallet
from apps.core import ids
from apps.core.services import data_keys
from apps.p2p.models import Transfer
from tests.factories import accounts as people
from tests.p2p.api.bodies import body
from tests.p2p.money import available, pay, person, reverse, unit
from tests.support.callers import Caller
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
USD = {"amount": 2_510, "currency": "USD"}


def test_post_sends_and_shows_the_transfer():
    ann, bob = person(5_000), person(0, name="佐藤 健二")

    answer = Caller(ann.user).post("transfers", body(ann, bob, note="  Lunch ☕ "))

    assert answer.status_code == 201
    made = answer.json()
    assert {name: made[name] for name in ("kind", "direction", "counterparty", "money", "note", "status")} == {
        "kind": "p2p",
        "direction": "out",
        "counterparty": "佐藤 健二",
        "money": USD,
        "note": "Lunch ☕",
        "status": "completed",
    }
    assert (made["wallet"], made["reversed_at"]) == (Wallet.ref_of(ann.receiving_wallet_id), None)
    assert (answer["Location"], answer["ETag"]) == (f"/api/v1/transfers/{made['id']}", '"v1"')
    assert (available(ann), available(bob)) == (2_490, 2_510)


def test_post_again_under_the_same_key_is_the_same_answer_and_one_transfer():
    ann, bob = person(5_000), person(0)
    caller = Caller(ann.user)

    first = caller.post("transfers", body(ann, bob), Idempotency_Key="lunch-1")
    with nothing_written():
        again = caller.post("transfers", body(ann, bob), Idempotency_Key="lunch-1")

    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotency-Replayed"] == "true"
    assert Transfer.objects.count() == 1


def test_post_another_body_under_the_same_key_is_refused():
    ann, bob = person(5_000), person(0)
    caller = Caller(ann.user)
    caller.post("transfers", body(ann, bob), Idempotency_Key="lunch-1")

    with nothing_written():
        answer = caller.post("transfers", body(ann, bob, 1), Idempotency_Key="lunch-1")

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


def test_a_refused_transfer_may_be_tried_again_under_its_key():
    ann, bob, eve = person(2_000), person(0), person(1_000)
    caller = Caller(ann.user)
    refused = caller.post("transfers", body(ann, bob), Idempotency_Key="lunch-1")
    pay(eve, ann, 1_000)

    answer = caller.post("transfers", body(ann, bob), Idempotency_Key="lunch-1")

    assert (refused.status_code, answer.status_code) == (422, 201)


def test_get_shows_both_parties_the_transfer_from_their_side():
    ann, bob = person(5_000, name="Ann"), person(0, name="Bob")
    sent = pay(ann, bob, 2_510, note="Lunch")

    seen = [Caller(one.user).get(f"transfers/{sent.ref}").json() for one in (ann, bob)]

    assert [(one["direction"], one["counterparty"], one["note"]) for one in seen] == [
        ("out", "Bob", "Lunch"),
        ("in", "Ann", "Lunch"),
    ]
    assert [one["wallet"] for one in seen] == [Wallet.ref_of(one.receiving_wallet_id) for one in (ann, bob)]


def test_get_shows_a_reversed_transfer():
    ann, bob = person(5_000), person(0)
    sent = pay(ann, bob)
    reverse(sent.pk)

    answer = Caller(bob.user).get(f"transfers/{sent.ref}")

    assert (answer.json()["status"], answer["ETag"]) == ("reversed", '"v2"')
    assert answer.json()["reversed_at"] is not None


def test_an_erased_sender_leaves_neither_name_nor_note():
    ann, bob = person(5_000, name="Ann"), person(0, name="Bob")
    sent = pay(ann, bob, 2_510, note="Lunch")
    with unit():
        data_keys.destroy(owner=ann.ref, reason="asked for")

    seen = Caller(bob.user).get(f"transfers/{sent.ref}").json()

    assert (seen["counterparty"], seen["note"], seen["money"]) == ("", "", USD)


def test_get_of_a_stranger_is_not_there():
    ann, bob, eve = person(5_000), person(0), person(0)
    sent = pay(ann, bob)
    caller = Caller(eve.user)

    strange, random = caller.get(f"transfers/{sent.ref}"), caller.get(f"transfers/{ids.encode('trf', ids.new())}")

    assert (strange.status_code, random.status_code) == (404, 404)
    assert {**strange.json(), "request_id": ""} == {**random.json(), "request_id": ""}
    assert caller.get("transfers").json()["results"] == []


@pytest.mark.parametrize("given", ["trf_1", "wal_01kb0000000000000000000000", "1"])
def test_get_of_a_malformed_id_is_not_there(given):
    assert Caller(person(0).user).get(f"transfers/{given}").status_code == 404


def test_the_list_merges_both_directions_newest_first_and_pages_both_ways():
    ann, bob = person(5_000), person(5_000)
    for amount in (1, 2, 3):
        pay(ann, bob, amount)
        pay(bob, ann, 10 * amount)
    caller = Caller(ann.user)

    pages, at = [], "transfers?limit=4"
    while at:
        pages.append(caller.get(at.removeprefix("/api/v1/")).json())
        at = pages[-1]["next"]
    back = caller.get(pages[1]["previous"].removeprefix("/api/v1/")).json()

    seen = [(row["direction"], row["money"]["amount"]) for page in pages for row in page["results"]]
    assert seen == [("in", 30), ("out", 3), ("in", 20), ("out", 2), ("in", 10), ("out", 1)]
    assert [len(page["results"]) for page in pages] == [4, 2]
    assert back["results"] == pages[0]["results"]


@pytest.mark.parametrize(("direction", "amounts"), [("in", [7]), ("out", [9, 8])])
def test_the_list_of_one_direction(direction, amounts):
    ann, bob = person(5_000), person(5_000)
    for payer, payee, amount in ((bob, ann, 7), (ann, bob, 8), (ann, bob, 9)):
        pay(payer, payee, amount)

    rows = Caller(ann.user).get(f"transfers?direction={direction}").json()["results"]

    assert [(row["direction"], row["money"]["amount"]) for row in rows] == [(direction, one) for one in amounts]


def test_a_cursor_of_somebody_else_is_refused():
    ann, bob = person(5_000), person(5_000)
    for _ in range(2):
        pay(ann, bob)
    at = Caller(ann.user).get("transfers?limit=1").json()["next"].removeprefix("/api/v1/")

    assert Caller(bob.user).get(at).json()["code"] == "invalid_cursor"


@pytest.mark.parametrize(("query", "status"), [("direction=both", 422), ("status=completed", 422), ("cursor=x", 400)])
def test_an_unknown_filter_is_refused(query, status):
    assert Caller(person(0).user).get(f"transfers?{query}").status_code == status


def test_the_list_costs_the_same_statements_at_one_and_three_rows(django_assert_num_queries):
    ann, bob = person(5_000), person(0)
    pay(ann, bob, note="Lunch")
    caller = Caller(ann.user)

    with django_assert_num_queries(4):
        assert len(caller.get("transfers").json()["results"]) == 1
    for payee in (person(0), person(0)):
        pay(ann, payee, note="Dinner")
    with django_assert_num_queries(4):
        assert len(caller.get("transfers").json()["results"]) == 3


def test_anonymous_requests_are_refused():
    nobody = Caller()

    answers = [nobody.get("transfers"), nobody.post("transfers", {}), nobody.post("transfers/preview", {})]

    assert [one.status_code for one in answers] == [401] * 3


def test_a_login_that_is_no_customer_is_told_so():
    ann = person(5_000)
    with unit():
        caller = Caller(people.user())

    with nothing_written():
        answers = [caller.get("transfers"), caller.post("transfers", body(ann, ann))]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(403, "customer_required")] * 2
