"""Becoming a customer, and reading oneself."""

import pytest

from apps.accounts.enums import UserKind
from apps.accounts.models import Customer, User, Wallet
from apps.core import actors, clock, db
from apps.core.models import AuditEvent, IdempotencyKey, OutboxMessage
from tests.factories import accounts as make
from tests.support.callers import Caller

pytestmark = pytest.mark.django_db
BY = actors.system("test")
ADA = {"kind": "person", "legal_name": "Ada Okonkwo-Lindqvist", "country": "US"}


def login(**columns: object) -> User:
    with db.unit(by=BY, at=clock.now()):
        return make.user(**columns)


def customer(**words: str) -> Customer:
    with db.unit(by=BY, at=clock.now()):
        return make.customer(**words)


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Customer, Wallet, AuditEvent, OutboxMessage, IdempotencyKey))


def test_post_customers_makes_a_prospect_with_a_wallet():
    ada = Caller(login(address="Ada@Example.com"))

    answer = ada.post("customers", ADA)

    assert answer.status_code == 201
    body = answer.json()
    assert (body["legal_name"], body["display_name"], body["email"]) == (ADA["legal_name"],) * 2 + ("Ada@Example.com",)
    assert (body["status"], body["tier"], body["kind"]) == ("prospect", "tier0", "person")
    wallets = ada.get("wallets").json()["results"]
    assert [(one["id"], one["kind"], one["default_currency"]) for one in wallets] == [
        (body["receiving_wallet"], "personal", "USD")
    ]


def test_post_customers_again_under_the_same_key_answers_the_same():
    ada = Caller(login())

    first = ada.post("customers", ADA, Idempotency_Key="k1")
    again = ada.post("customers", ADA, Idempotency_Key="k1")

    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Customer.objects.count() == 1


def test_post_customers_twice_is_refused_and_writes_nothing():
    ada = Caller(login())
    ada.post("customers", ADA)
    before = written()

    answer = ada.post("customers", ADA)

    assert (answer.status_code, answer.json()["code"]) == (409, "already_customer")
    assert written() == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"country": "XX"}, "country_unknown"),
        ({"country": "usa"}, "invalid_field"),
        ({"kind": "robot"}, "invalid_field"),
        ({"legal_name": ""}, "invalid_field"),
        ({"legal_name": "x" * 201}, "invalid_field"),
        ({"legal_name": 7}, "invalid_field"),
        ({"tier": "tier1"}, "unknown_field"),
    ],
)
def test_post_customers_with_rubbish_is_refused_and_writes_nothing(change, code):
    ada = Caller(login())
    before = written()

    answer = ada.post("customers", {**ADA, **change})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert written() == before


def test_post_customers_without_a_key_is_refused():
    answer = Caller(login()).send("POST", "customers", ADA)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")


def test_post_customers_anonymously_is_refused():
    assert Caller().post("customers", ADA).status_code == 401


def test_post_customers_as_staff_is_refused():
    answer = Caller(login(kind=UserKind.STAFF)).post("customers", ADA)

    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


@pytest.mark.parametrize("address", ["me", "me/limits", "wallets"])
def test_a_login_that_is_no_customer_is_told_to_become_one(address):
    answer = Caller(login()).get(address)

    assert (answer.status_code, answer.json()["code"]) == (403, "customer_required")


def test_get_me_has_an_etag_and_opens_what_is_sealed():
    ada = customer(name="佐藤 健二")

    answer = Caller(ada.user).get("me")

    assert answer.json()["legal_name"] == "佐藤 健二"
    assert answer.headers["ETag"] == f'"v{ada.version}"'


def test_patch_me_changes_the_time_zone_once():
    ada = customer()
    caller = Caller(ada.user)
    tag = caller.get("me").headers["ETag"]

    first = caller.patch("me", {"time_zone": "America/New_York"}, If_Match=tag)
    stale = caller.patch("me", {"time_zone": "Asia/Tokyo"}, If_Match=tag)

    assert (first.status_code, first.json()["time_zone"]) == (200, "America/New_York")
    assert (stale.status_code, stale.json()["code"]) == (412, "version_conflict")
    assert caller.get("me").json()["time_zone"] == "America/New_York"


def test_patch_me_without_a_version_or_with_an_unknown_zone_is_refused():
    ada = customer()
    caller = Caller(ada.user)

    assert caller.patch("me", {"time_zone": "Asia/Tokyo"}).status_code == 428
    answer = caller.patch("me", {"time_zone": "Mars/Olympus"}, If_Match=f'"v{ada.version}"')
    assert (answer.status_code, answer.json()["code"]) == (422, "time_zone_unknown")


def test_get_limits_tells_each_window_of_the_currencies_held():
    ada = customer()

    rows = Caller(ada.user).get("me/limits").json()["results"]

    assert [(row["operation"], row["window"], row["limit"]) for row in rows] == [
        ("card_in", "day", {"amount": 5000, "currency": "USD"}),
        ("card_in", "per_txn", {"amount": 5000, "currency": "USD"}),
        ("p2p_send", "day", {"amount": 5000, "currency": "USD"}),
        ("p2p_send", "per_txn", {"amount": 5000, "currency": "USD"}),
    ]


def test_personal_words_are_in_no_table_in_plain_form_but_the_search():
    customer(name="Zebulon Quixworth", address="zebulon@example.com")

    for model in (Customer, User, AuditEvent, OutboxMessage):
        for row in model.objects.values():
            assert "ebulon" not in str(row)
