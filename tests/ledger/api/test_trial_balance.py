"""The trial balance: codes by value date, sealed or not, debits as much as credits."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import actors, clock
from apps.ledger.services import follower
from tests.factories import ledger as make
from tests.support import staff
from tests.support.callers import Caller
from tests.support.units import later, unit

pytestmark = pytest.mark.django_db
ADDRESS = "staff/ledger/trial-balances/current"


@pytest.fixture
def auditor():
    return Caller(staff.member("auditor"))


def move():
    """Let money come in to two customers, and one of them pay the other."""
    with unit():
        house, ann, bob = make.house(), make.wallet(), make.wallet()
        later()
        make.move(house.pk, ann.pk, 5_000)
        later()
        make.move(house.pk, bob.pk, 500)
        later()
        make.move(ann.pk, bob.pk, 700)


def lines(answer):
    return {one["code"]: (one["balance"]["amount"], one["accounts"]) for one in answer.json()["lines"]}


def test_codes_are_added_up(auditor):
    before = lines(auditor.get(f"{ADDRESS}?asset=USD"))
    move()

    answer = auditor.get(f"{ADDRESS}?asset=USD")

    (house, houses), (wallets, people) = (before.get(code, (0, 0)) for code in ("A:FBO", "L:WALLET"))
    assert lines(answer) == {
        **before,
        "A:FBO": (house - 5_500, houses + 1),
        "L:WALLET": (wallets + 5_500, people + 2),
    }
    told = answer.json()
    assert told["debit"] == told["credit"]
    assert told["credit"]["amount"] >= 5_500


def test_sealing_changes_nothing(auditor):
    move()
    before = auditor.get(f"{ADDRESS}?asset=USD").json()

    follower.run(by=actors.system("tests"), at=clock.now())

    assert auditor.get(f"{ADDRESS}?asset=USD").json() == before


def test_the_day_before_stays_as_it_was(auditor):
    yesterday = f"{ADDRESS}?asset=USD&on={clock.now().date() - timedelta(days=1)}"
    before = auditor.get(yesterday).json()
    move()

    assert auditor.get(yesterday).json() == before
    assert auditor.get(yesterday).json()["on"] != auditor.get(f"{ADDRESS}?asset=USD").json()["on"]


@pytest.mark.parametrize(
    ("query", "code"),
    [("asset=XXX", "unknown_currency"), ("", "invalid_field"), ("asset=USD&on=yesterday", "invalid_field")],
)
def test_what_is_not_kept_is_refused(auditor, query, code):
    answer = auditor.get(f"{ADDRESS}?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_nobody_sees_it_without_signing_in():
    assert Caller().get(f"{ADDRESS}?asset=USD").status_code == 401


def test_it_takes_two_queries(auditor):
    auditor.get(f"{ADDRESS}?asset=USD")

    with CaptureQueriesContext(connection) as captured:
        auditor.get(f"{ADDRESS}?asset=USD")

    assert len([one for one in captured.captured_queries if "ledger_" in one["sql"]]) == 2
