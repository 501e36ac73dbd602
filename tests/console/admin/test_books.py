"""The page of the trial balance: what is asked for, what is shown, who may look."""

from datetime import timedelta

import pytest

from apps.core import clock
from tests.factories import ledger as make
from tests.support import staff
from tests.support.units import later, unit

pytestmark = pytest.mark.django_db
PAGE = "/console/trial-balance/"


@pytest.fixture
def auditor():
    return staff.signed_in("auditor")


@pytest.fixture
def moved():
    with unit():
        house, wallet = make.house(asset="JPY"), make.wallet(asset="JPY")
        later()
        make.move(house.pk, wallet.pk, 12_345, "JPY")


def shown(answer):
    return {line["code"]: (bool(line["debit"]), bool(line["credit"])) for line in answer.context["lines"]}


def test_debits_and_credits_stand_apart_and_come_to_the_same(auditor, moved):
    answer = auditor.get(PAGE, {"asset": "JPY"})

    assert shown(answer)["A:FBO"] == (True, False)
    assert shown(answer)["L:WALLET"] == (False, True)
    assert answer.context["is_even"]
    assert str(answer.context["debit"]) == str(answer.context["credit"])


def test_a_day_without_movement_says_so(auditor, moved):
    long_ago = clock.now().date() - timedelta(days=4_000)

    answer = auditor.get(PAGE, {"asset": "JPY", "on": long_ago.isoformat()})

    assert shown(answer) == {}
    assert "Nothing had moved" in answer.content.decode()


@pytest.mark.parametrize("asked", [{"on": "someday"}, {"on": "2026-13-01", "asset": "JPY"}, {"asset": "<b>"}])
def test_what_is_no_day_and_no_asset_is_shown_as_today_and_as_the_first(auditor, moved, asked):
    answer = auditor.get(PAGE, asked)

    assert answer.status_code == 200
    assert answer.context["on"] == clock.now().date().isoformat()
    assert answer.context["asset"] in answer.context["codes"]
    assert ("That is no day" in answer.content.decode()) == ("on" in asked)


def test_who_has_not_the_right_is_refused():
    assert staff.signed_in("kyc_analyst").get(PAGE).status_code == 403
