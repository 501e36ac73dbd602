"""Holds of an account over the staff API."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.core.money import Money
from apps.ledger.enums import HoldKind
from apps.ledger.models import Account, Hold
from apps.ledger.services import holds
from tests.factories import ledger as make
from tests.support import staff
from tests.support.callers import Caller
from tests.support.units import later, unit

pytestmark = pytest.mark.django_db
BASE = "staff/ledger/accounts"


@pytest.fixture
def agent():
    return Caller(staff.member("support_agent"))


@pytest.fixture
def placed():
    """Return an account and two holds on it: one in part given back and open, and a newer one that was released."""
    with unit():
        account = make.wallet(floor=None)
        later()
        first = make.held(account.pk, 600, tolerance_bps=500, expires_at=clock.now() + timedelta(days=1)).hold
        later()
        second = make.held(account.pk, 100, kind=HoldKind.LEGAL, reason="court_order").hold
        later()
        holds.release(second, reason="lifted", key=make.key())
        later()
        holds.reduce(first, money=Money(50, "USD"), reason="changed", key=make.key())
    return account, first, second


def money(amount):
    return {"amount": amount, "currency": "USD"}


def test_holds_of_an_account_are_listed_newest_first(agent, placed):
    account, first, second = placed

    newer, older = agent.get(f"{BASE}/{account.ref}/holds").json()["results"]

    assert (newer["id"], newer["status"], newer["reason_code"]) == (Hold.ref_of(second), "released", "court_order")
    row = Hold.objects.get(pk=first)
    assert older == {
        "id": row.ref,
        "kind": "card_auth",
        "status": "open",
        "reason_code": "authorised",
        "subject": "crd_test",
        "amount": money(600),
        "captured": money(0),
        "over_captured": money(0),
        "released": money(50),
        "remaining": money(550),
        "tolerance_bps": 500,
        "placed_at": older["placed_at"],
        "expires_at": older["expires_at"],
        "resolved_at": None,
    }
    assert older["expires_at"] > older["placed_at"]


@pytest.mark.parametrize(("status", "number"), [("open", 1), ("released", 1), ("captured", 0)])
def test_holds_in_one_state_are_listed_alone(agent, placed, status, number):
    found = agent.get(f"{BASE}/{placed[0].ref}/holds?status={status}").json()["results"]

    assert [one["status"] for one in found] == [status] * number


def test_a_balance_names_the_open_holds(agent, placed):
    account, first, _ = placed

    answer = agent.get(f"{BASE}/{account.ref}/balance").json()

    assert (answer["posted"], answer["available"]) == (money(0), money(-550))
    assert [(one["id"], one["remaining"]) for one in answer["holds"]] == [(Hold.ref_of(first), money(550))]


def test_holds_of_an_account_that_is_not_there_are_not_found(agent):
    assert agent.get(f"{BASE}/{Account.ref_of(make.ids.new())}/holds").status_code == 404


def test_a_state_that_there_is_not_is_refused(agent, placed):
    assert agent.get(f"{BASE}/{placed[0].ref}/holds?status=lost").status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_the_same_queries_for_any_number(agent, rows):
    with unit():
        account = make.wallet(floor=None)
    for _ in range(rows):
        with unit():
            make.held(account.pk, 100)

    with CaptureQueriesContext(connection) as queries:
        found = agent.get(f"{BASE}/{account.ref}/holds").json()["results"]

    assert (len(found), len(queries)) == (rows, 3)
