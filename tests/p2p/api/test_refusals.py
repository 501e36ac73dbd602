"""Bad input over HTTP: each refusal has its code, and nothing was written."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from apps.accounts.enums import Direction, Operation
from apps.accounts.models import Wallet
from apps.accounts.services import customers, limits, tiers, wallets
from apps.core import clock, ids
from apps.core.money import Money
from tests.p2p.api.bodies import body
from tests.p2p.money import pay, person, unit
from tests.support.callers import Caller
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def refused(payer, given, path="transfers", **headers):
    """Return the problem with which a request is answered, after showing that it left nothing."""
    with nothing_written():
        answer = Caller(payer.user).post(path, given, **headers)
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    return problem


def faults(problem):
    return [(one["pointer"], one["code"]) for one in problem["errors"]]


def test_a_currency_that_the_wallet_lacks_is_refused():
    ann, bob = person(5_000), person(0)

    assert refused(ann, body(ann, bob, 100, "JPY"))["code"] == "currency_not_held"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"amount": 1}, "/amount", "unknown_field"),
        ({"money": 2_510}, "/money", "invalid_amount"),
        ({"money": {"amount": 1}}, "/money/currency", "required"),
        ({"money": {"amount": 1, "currency": "USD", "fee": 0}}, "/money/fee", "unknown_field"),
        ({"payee": "bob@example.com"}, "/payee", "invalid"),
        ({"payee": {}}, "/payee/email", "required"),
        ({"payee": {"email": 5}}, "/payee/email", "invalid"),
        ({"payee": {"email": "a" * 255}}, "/payee/email", "max_length"),
        ({"payee": {"email": "a@example.com", "handle": "@a"}}, "/payee/handle", "unknown_field"),
        ({"wallet": "trf_01kb0000000000000000000000"}, "/wallet", "invalid_id"),
        ({"wallet": None}, "/wallet", "null"),
        ({"note": "n" * 281}, "/note", "max_length"),
        ({"note": None}, "/note", "null"),
        ({"note": "\0"}, "/note", "null_characters_not_allowed"),
    ],
)
def test_a_body_of_another_form_is_refused_at_its_place(change, pointer, code):
    ann, bob = person(5_000), person(0)

    problem = refused(ann, {**body(ann, bob), **change})

    assert problem["status"] == 422
    assert faults(problem) == [(pointer, code)]


def test_a_transfer_without_a_key_is_refused():
    ann, bob = person(5_000), person(0)

    with nothing_written():
        answer = Caller(ann.user).send("POST", "transfers", body(ann, bob))

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")


def test_a_transfer_to_oneself_is_refused():
    ann = person(5_000)

    problem = refused(ann, body(ann, ann))

    assert (problem["status"], problem["code"], faults(problem)) == (
        422,
        "payee_is_payer",
        [("/payee/email", "payee_is_payer")],
    )


def test_an_unknown_address_and_a_customer_without_the_currency_are_refused_alike():
    ann = person(5_000)

    nobody = refused(ann, body(ann, "nobody@example.com"))
    no_dollars = refused(ann, body(ann, person(0, currency="JPY")))

    assert (nobody["status"], nobody["code"]) == (422, "payee_unknown")
    assert {**nobody, "request_id": ""} == {**no_dollars, "request_id": ""}


@pytest.mark.parametrize("frozen", ["wallet", "customer"])
def test_a_transfer_to_who_is_frozen_is_refused_without_a_reason(frozen):
    ann, bob = person(5_000), person(0)
    freeze(bob, frozen)

    problem = refused(ann, body(ann, bob))

    assert (problem["status"], problem["code"]) == (409, "payee_cannot_receive")
    assert "context" not in problem
    assert bob.ref not in json.dumps(problem)


@pytest.mark.parametrize(("frozen", "code"), [("wallet", "wallet_frozen"), ("customer", "customer_frozen")])
@pytest.mark.parametrize("path", ["transfers", "transfers/preview"])
def test_a_transfer_from_who_is_frozen_is_refused(frozen, code, path):
    ann, bob = person(5_000), person(0)
    freeze(ann, frozen)

    problem = refused(ann, body(ann, bob), path)

    assert (problem["status"], problem["code"]) == (403, code)


def test_more_than_available_is_refused_with_what_there_is():
    ann, bob = person(2_509), person(0)

    problem = refused(ann, body(ann, bob))

    assert (problem["status"], problem["code"]) == (422, "insufficient_funds")
    assert problem["context"] == {"line": 1, "available": 2_509, "needed": 2_510}


def test_more_than_a_limit_is_refused_with_the_window_and_when_it_frees():
    ann, bob = person(9_000), person(0)
    pay(ann, bob, 4_000)

    problem = refused(ann, body(ann, bob, 1_001))

    assert (problem["status"], problem["code"]) == (422, "limit_exceeded")
    told = problem["context"]
    midnight = datetime.combine(clock.now().date() + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    assert (told["window"], told["limit"], told["used"], told["requested"]) == ("day", 5_000, 4_000, 1_001)
    assert told["resets_at"] == midnight.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert [one["window"] for one in told["blocking"]] == ["day"]


def test_more_than_one_transfer_may_carry_is_refused_and_never_frees():
    ann, bob = rich(200_000), person(0)

    problem = refused(ann, body(ann, bob, 100_001))

    told = problem["context"]
    assert (problem["code"], told["window"], told["limit"], told["resets_at"]) == (
        "limit_exceeded",
        "per_txn",
        100_000,
        None,
    )


def test_more_than_thirty_days_may_carry_is_refused_until_the_oldest_day_leaves():
    ann, bob = rich(1_200_000), person(0)
    now = clock.now()
    for day in range(20, 10, -1):
        sent(ann, 99_000, at=now - timedelta(days=day))

    with clock.frozen(now):
        problem = refused(ann, body(ann, bob, 10_001))

    told = problem["context"]
    assert (problem["code"], told["window"], told["limit"], told["used"]) == (
        "limit_exceeded",
        "rolling_30d",
        1_000_000,
        990_000,
    )
    assert told["resets_at"] == (now + timedelta(days=10)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.mark.parametrize("path", ["transfers", "transfers/preview"])
def test_a_wallet_of_somebody_else_is_refused_like_one_that_is_not_there(path):
    ann, bob, eve = person(5_000), person(0), person(5_000)

    strange = refused(ann, {**body(ann, bob), "wallet": Wallet.ref_of(eve.receiving_wallet_id)}, path)
    random = refused(ann, {**body(ann, bob), "wallet": ids.encode("wal", ids.new())}, path)

    assert (strange["status"], strange["code"], faults(strange)) == (
        422,
        "invalid_reference",
        [("/wallet", "invalid_reference")],
    )
    assert {**strange, "request_id": ""} == {**random, "request_id": ""}


def rich(amount):
    """Return a customer of the next tier, where all windows bind."""
    customer = person(amount)
    with unit():
        tiers.grant(customer=customer.pk, tier="tier1")
    return customer


def sent(customer, amount, at):
    """Count what a customer sent in the past, when the books stand at now."""
    with clock.frozen(at), unit():
        limits.consume(
            customer=customer.pk,
            operation=Operation.P2P_SEND,
            direction=Direction.OUT,
            money=Money(amount, "USD"),
            subject=ids.encode("trf", ids.new()),
        )


def freeze(customer, what):
    with unit() as now:
        if what == "wallet":
            wallets.freeze(customer.receiving_wallet_id, reason="test", by=now.by, at=now.at)
        else:
            customers.freeze(customer.pk, reason="test", by=now.by, at=now.at)
