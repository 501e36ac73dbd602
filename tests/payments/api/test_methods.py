"""Payment methods over HTTP: a token in, never a number; one's own only."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import ids
from apps.payments.models import PaymentMethod
from tests.factories import payments as make
from tests.payments import shop
from tests.support.callers import Caller
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def ready(customer, **columns) -> PaymentMethod:
    with shop.unit():
        return make.payment_method(customer=customer, **columns)


def test_post_keeps_a_card_that_is_being_added(ada):
    answer = Caller(ada.user).post("payment-methods", {"token": "pm_card_visa"})

    body = answer.json()
    assert (answer.status_code, body["status"], body["brand"], body["exp_year"]) == (202, "pending", "", None)
    assert answer["Location"] == f"/api/v1/payment-methods/{body['id']}"
    assert "pm_card_visa" not in answer.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        {"token": "4242424242424242"},
        {"token": "pm_4242 4242"},
        {"token": ""},
        {"token": 4242424242424242},
        {"token": "tok_visa"},
        {"token": "pm_" + "x" * 200},
        {"card": {"number": "4242424242424242"}},
        {"token": "pm_card_visa", "number": "4242424242424242"},
        {},
    ],
)
def test_post_refuses_what_is_no_token_and_writes_nothing(ada, body):
    caller = Caller(ada.user)

    with nothing_written():
        answer = caller.post("payment-methods", body)

    assert (answer.status_code, answer.json()["code"] in ("invalid_field", "unknown_field")) == (422, True)
    assert "4242" not in answer.content.decode()


def test_post_refuses_the_eleventh_card_of_a_day_and_tells_when(ada):
    caller = Caller(ada.user)
    for _ in range(10):
        ready(ada)

    with nothing_written():
        answer = caller.post("payment-methods", {"token": "pm_card_visa"})

    body, oldest = answer.json(), PaymentMethod.objects.get(customer=ada, number=1)
    assert (answer.status_code, body["code"], body["context"]["most"]) == (429, "too_many_cards", 10)
    assert datetime.fromisoformat(body["context"]["resets_at"]) == oldest.created_at + timedelta(hours=24)
    assert 86_000 < int(answer["Retry-After"]) <= 86_400


def test_get_shows_a_card_without_its_token(ada):
    method = ready(ada)

    answer = Caller(ada.user).get(f"payment-methods/{method.ref}")

    assert (answer.status_code, answer["ETag"]) == (200, '"v1"')
    assert answer.json() == {
        "id": method.ref,
        "kind": "card",
        "brand": "visa",
        "last4": "4242",
        "exp_month": 12,
        "exp_year": 2035,
        "country": "US",
        "status": "active",
        "refusal_code": "",
        "created_at": answer.json()["created_at"],
        "version": 1,
    }


def test_delete_removes_a_card_under_its_version(ada):
    method, caller = ready(ada), Caller(ada.user)
    address = f"payment-methods/{method.ref}"

    statuses = [
        caller.send("DELETE", address).status_code,
        caller.send("DELETE", address, If_Match='"v9"').status_code,
        caller.send("DELETE", address, If_Match='"v1"').status_code,
        caller.get(address).status_code,
    ]

    assert statuses == [428, 412, 204, 404]


def test_delete_refuses_while_money_may_come(ada):
    method = ready(ada)
    with shop.unit():
        make.top_up(method=method)
    caller = Caller(ada.user)

    with nothing_written():
        answer = caller.send("DELETE", f"payment-methods/{method.ref}", If_Match='"v1"')

    assert (answer.status_code, answer.json()["code"]) == (409, "payment_method_in_use")


def test_a_card_of_somebody_else_is_not_there(ada):
    method, bob = ready(ada), Caller(shop.person().user)
    unknown = ids.encode("pme", ids.new())

    answers = [
        bob.send(verb, f"payment-methods/{key}", If_Match='"v1"')
        for verb in ("GET", "DELETE")
        for key in (method.ref, unknown, "pme_x")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert bob.get("payment-methods").json()["results"] == []


def test_nobody_and_no_customer_are_refused(ada):
    assert Caller().get("payment-methods").status_code == 401
    with shop.unit():
        from_nowhere = make.make.user()
    assert Caller(from_nowhere).post("payment-methods", {"token": "pm_card_visa"}).json()["code"] == "customer_required"


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_the_same_queries_for_any_number(ada, rows):
    for _ in range(rows):
        ready(ada)
    caller = Caller(ada.user)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = caller.get("payment-methods").json()["results"]

    assert (len(found), len(queries)) == (rows, 2)
