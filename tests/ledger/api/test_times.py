"""Balances in time and the chain over the staff API."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock, ids
from apps.ledger.selectors import chain
from tests.factories import ledger as make
from tests.support import staff
from tests.support.callers import Caller
from tests.support.units import later, unit

pytestmark = pytest.mark.django_db
BASE = "staff/ledger"


@pytest.fixture
def auditor():
    return Caller(staff.member("auditor"))


@pytest.fixture
def account():
    with unit():
        house, wallet = make.house(), make.wallet()
        later()
        make.move(house.pk, wallet.pk, 2_510)
    return wallet


def money(amount):
    return {"amount": amount, "currency": "USD"}


def test_a_balance_is_of_now_or_of_the_past(auditor, account):
    now = clock.now()
    address = f"{BASE}/accounts/{account.ref}/balance"
    before = {"posted": money(0), "available": None, "pending_in": None, "holds": None}

    assert auditor.get(address).json() == {
        "posted": money(2_510),
        "available": money(2_510),
        "pending_in": money(0),
        "holds": [],
    }
    assert auditor.get(f"{address}?at={now - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}").json() == before
    assert auditor.get(f"{address}?effective_on={now.date() - timedelta(days=1)}").json() == before
    assert auditor.get(f"{address}?effective_on={now.date()}").json() == {**before, "posted": money(2_510)}


def test_two_times_are_refused(auditor, account):
    answer = auditor.get(f"{BASE}/accounts/{account.ref}/balance?at=2026-01-01T00:00:00Z&effective_on=2026-01-01")

    assert (answer.status_code, answer.json()["code"]) == (422, "two_times")


@pytest.mark.parametrize("part", ["balance", "days"])
def test_an_account_that_is_not_there_is_not_found(auditor, part):
    assert auditor.get(f"{BASE}/accounts/{ids.encode('lac', ids.new())}/{part}").status_code == 404


def test_days_tell_what_moved_by_value_date(auditor, account):
    today = clock.now().date()
    address = f"{BASE}/accounts/{account.ref}/days"

    assert auditor.get(address).json() == {
        "results": [{"effective_on": f"{today}", "net": money(2_510), "count": 1}],
    }
    assert auditor.get(f"{address}?last={today - timedelta(days=1)}").json() == {"results": []}


def test_the_head_is_the_newest_block(auditor, account):
    head = auditor.get(f"{BASE}/chain/head").json()
    newest = chain.head()

    assert (head["seq"], head["hash"], head["unsealed"]) == (newest.seq, newest.hash.hex(), 1)
    assert head["lag_s"] <= 5


def test_blocks_are_listed_and_read(auditor):
    rows = auditor.get(f"{BASE}/blocks").json()["results"]

    assert [row["seq"] for row in rows] == list(range(chain.head().seq, 0, -1))
    assert rows[0]["prev_hash"] == rows[1]["hash"]
    assert auditor.get(f"{BASE}/blocks/{rows[1]['id']}").json() == rows[1]
    assert auditor.get(f"{BASE}/blocks/{ids.encode('lbk', ids.new())}").status_code == 404


def test_anchors_are_listed(auditor):
    with unit():
        made = make.anchor()

    (row,) = auditor.get(f"{BASE}/anchors").json()["results"]

    assert (row["id"], row["seq"], row["place"]) == (made.ref, chain.head().seq, made.place)


@pytest.mark.parametrize("name", ["blocks", "anchors"])
def test_a_list_needs_as_many_queries_at_three_rows_as_at_one(auditor, name):
    for _ in range(3):
        with unit():
            make.anchor()
    counts = []
    auditor.get(f"{BASE}/{name}")
    for limit in (1, 3):
        with CaptureQueriesContext(connection) as queries:
            assert len(auditor.get(f"{BASE}/{name}?limit={limit}").json()["results"]) == limit
        counts.append(len(queries))

    assert counts[0] == counts[1]
