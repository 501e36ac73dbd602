"""Lists of the ledger speak in codes: a kind of transaction by its code, an account by its purpose."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.ledger.models import Account, Hold
from apps.ledger.selectors import accounts, entries
from tests.factories import ledger
from tests.support import staff
from tests.support.units import later, unit

pytestmark = pytest.mark.django_db

TXNS, ACCOUNTS = "/console/ledger/txn/", "/console/ledger/account/"
CODES = ["p2p.transfer", "payments.top_up", "ledger.opening"]


@pytest.fixture
def auditor():
    return staff.signed_in("auditor")


@pytest.fixture
def post():
    def make(kind):
        with unit():
            payer = ledger.house().pk
            later()
            return ledger.move(payer, ledger.wallet().pk, 2_500, kind=kind).txn

    return make


def cells(answer, number):
    """Return a column of a list, from the newest row on; the key is not counted."""
    return [str(others[number]) for _, _, others in answer.context["cl"].rows]


def test_kinds_are_told_by_their_codes(auditor, post):
    for code in CODES:
        post(code)

    assert cells(auditor.get(TXNS), 2)[: len(CODES)] == [f"<bdi>{code}</bdi>" for code in reversed(CODES)]


def test_a_record_tells_the_code_too(auditor, post):
    ref = entries.ref_of(post("payments.top_up"))

    assert "<bdi>payments.top_up</bdi>" in auditor.get(f"{TXNS}{ref}/").content.decode()


def test_the_page_of_an_account_names_its_open_holds(auditor):
    with unit():
        account = ledger.wallet(floor=None)
        later()
        hold = ledger.held(account.pk, 4_321).hold

    page = auditor.get(f"{ACCOUNTS}{account.ref}/").content.decode()

    assert Hold.ref_of(hold) in page
    assert "43.21" in page


def test_the_page_of_a_hold_tells_what_happened_to_it(auditor):
    with unit():
        hold = ledger.hold()
        later()
        ledger.holds.release(hold.pk, reason="changed_mind", key=ledger.key())

    page = auditor.get(f"/console/ledger/hold/{hold.ref}/").content.decode()

    assert [word in page for word in ("Placed", "Released", "changed_mind", "authorised")] == [True] * 4
    assert Account.objects.get(no=hold.account_no).ref in page


def test_codes_that_are_known_are_not_asked_for_again(auditor, post):
    for code in CODES:
        post(code)
    auditor.get(TXNS)

    with CaptureQueriesContext(connection) as queries:
        auditor.get(TXNS)

    assert [query["sql"] for query in queries if "ledger_txnkind" in query["sql"]] == []


def test_a_code_that_is_new_is_found(db):
    before = accounts.kind_code(1)
    with unit():
        made = ledger.txn_kind()

    assert (accounts.kind_code(made.no), accounts.kind_code(1)) == (made.code, before)


def test_an_account_is_told_by_its_purpose_on_its_record_too(auditor):
    with unit():
        account = ledger.wallet()
    assert isinstance(account, Account)

    for address in (ACCOUNTS, f"{ACCOUNTS}{account.ref}/"):
        body = auditor.get(address).content.decode()
        assert ">L:WALLET</a>" in body
        assert ">USD</a>" in body
