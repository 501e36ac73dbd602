"""The page of a row's history: every version with what changed, masked as the record is."""

import pytest

from apps.accounts.services import customers
from apps.core import clock
from apps.core.admin import changes as module
from tests.factories import accounts
from tests.support import staff
from tests.support.units import PROVER, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor():
    return staff.signed_in("auditor")


def test_a_change_tells_who_when_why_and_what(auditor):
    with unit():
        customer = accounts.customer()
    customers.freeze(customer.pk, reason="theft", by=PROVER, at=clock.now())

    page = auditor.get(f"/console/accounts/customer/{customer.ref}/history/").context["page"]

    newest = page.rows[0]
    before, after = {str(label): (old, new) for label, old, new in newest.lines}["Status"]
    assert [change.version for change in page.rows] == list(range(newest.version, 0, -1))
    assert (newest.why, newest.door) == ("freeze", "console")
    assert "Prospect" in before
    assert "Frozen" in after


def test_personal_columns_stay_masked(auditor):
    with unit():
        customer = accounts.customer(name="Grace Unmistakable")

    body = auditor.get(f"/console/accounts/customer/{customer.ref}/history/").content.decode()

    assert "nmistakable" not in body
    assert "sr-hidden" in body


def test_long_histories_have_pages(auditor, monkeypatch):
    monkeypatch.setattr(module, "_PER_PAGE", 2)
    with unit():
        customer = accounts.customer()
    customers.freeze(customer.pk, reason="theft", by=PROVER, at=clock.now())
    customers.unfreeze(customer.pk, reason="cleared", by=PROVER, at=clock.now())
    url = f"/console/accounts/customer/{customer.ref}/history/"

    first = auditor.get(url).context["page"]
    second = auditor.get(url, {"after": first.after}).context["page"]

    versions = [change.version for change in (*first.rows, *second.rows)]
    assert versions == list(range(versions[0], versions[0] - 4, -1))
    assert len(first.rows) == len(second.rows) == 2


def test_rows_without_history_have_no_such_page(auditor):
    with unit():
        event = accounts.login_event()

    assert auditor.get(f"/console/accounts/loginevent/{event.ref}/history/").status_code == 404
