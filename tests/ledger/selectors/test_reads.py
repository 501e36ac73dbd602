"""Balances, entries and the current statement."""

import datetime as dt
import uuid

import pytest

from apps.core import actors, db
from apps.ledger import errors
from apps.ledger.selectors import accounts, balances, entries, statements
from tests.factories import ledger as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(unit):
    """Return a wallet with seven entries, one second apart, and its house account."""
    with unit() as opened:
        house, wallet = make.house(), make.wallet()
    for second in range(7):
        payer, payee = (house, wallet) if second % 2 == 0 else (wallet, house)
        at = opened.at + dt.timedelta(seconds=second)
        with db.unit(by=actors.system("tests.ledger"), at=at):
            make.move(payer.pk, payee.pk, 100 - 10 * second)
    return wallet, house, opened.at


AMOUNTS = [100, -90, 80, -70, 60, -50, 40]


def test_an_account_is_found_by_its_purpose(unit):
    with unit():
        wallet = make.wallet()

    assert accounts.find(code="L:WALLET", asset="USD", owner=wallet.owner_ref) == wallet
    assert accounts.find(code="L:WALLET", asset="EUR", owner=wallet.owner_ref) is None
    assert accounts.of_owner(wallet.owner_ref) == [wallet]


def test_assets_are_known_with_their_decimals():
    assert (accounts.has_asset("KWD"), accounts.has_asset("XXX")) == (True, False)
    assert {code: accounts.exponents()[code] for code in ("USD", "JPY", "KWD")} == {"USD": 2, "JPY": 0, "KWD": 3}


def test_triples_cost_one_query(busy, django_assert_num_queries):
    wallet, house, _ = busy

    with django_assert_num_queries(1):
        found = balances.triple(wallet.pk, house.pk, uuid.uuid4())

    assert found == {wallet.pk: balances.Triple("USD", 70, 70, 0), house.pk: balances.Triple("USD", -70, -70, 0)}


def test_no_accounts_have_no_triples():
    assert balances.triple() == {}


def test_pages_run_from_the_newest_entry_to_the_first(busy, django_assert_num_queries):
    wallet, house, _ = busy
    accounts.number(wallet.pk)
    seen, before = [], None

    for size in (3, 3, 1):
        with django_assert_num_queries(1):
            page = entries.page(account=wallet.pk, before=before, limit=3)
        assert len(page.lines) == size
        seen += [line.amount for line in page.lines]
        before = page.next_before

    assert (seen, before) == (AMOUNTS[::-1], None)
    assert page.lines[0].counterparts == (house.pk,)
    assert (page.lines[0].kind, page.lines[0].subject, page.lines[0].version) == ("p2p.transfer", "trf_test", 1)
    assert page.lines[0].ref == f"{entries.ref_of(page.lines[0].txn)}-{page.lines[0].leg}"


def test_a_page_of_an_unknown_account_is_refused():
    with pytest.raises(errors.AccountUnknown):
        entries.page(account=uuid.uuid4())


def test_a_transaction_has_its_legs_in_the_callers_order(unit, busy):
    wallet, house, _ = busy
    with unit():
        posted = make.move(house.pk, wallet.pk, 5, reason="gift")

    found = entries.transaction(posted.txn)

    assert [(leg.leg, leg.account, leg.amount) for leg in found.legs] == [(1, house.pk, -5), (2, wallet.pk, 5)]
    assert (found.kind, found.subject, found.reason, found.reverses) == ("p2p.transfer", "trf_test", "gift", None)
    assert entries.transaction(uuid.uuid4()) is None


def test_the_whole_statement_closes_on_the_balance(busy):
    wallet, _, _ = busy

    statement = statements.current(wallet.pk)
    lines = list(statements.stream(statement))

    assert (statement.opening, statement.debit, statement.credit, statement.closing) == (0, 210, 280, 70)
    assert statement.closing == balances.triple(wallet.pk)[wallet.pk].posted
    assert [line.amount for line in lines] == AMOUNTS
    assert [line.balance_after for line in lines] == [100, 10, 90, 20, 80, 30, 70]
    assert statement.entry_count == 7


@pytest.mark.parametrize(
    ("since", "until", "opening", "closing", "amounts"),
    [
        (2, None, 10, 70, AMOUNTS[2:]),
        (None, 2, 0, 10, AMOUNTS[:2]),
        (2, 5, 10, 80, AMOUNTS[2:5]),
        (3, 3, 90, 90, []),
        (5, 2, 80, 80, []),
        (60, None, 70, 70, []),
        (None, -1, 0, 0, []),
    ],
)
def test_a_statement_is_cut_at_booking_instants(busy, since, until, opening, closing, amounts):
    wallet, _, start = busy
    cuts = [None if cut is None else start + dt.timedelta(seconds=cut) for cut in (since, until)]

    statement = statements.current(wallet.pk, since=cuts[0], until=cuts[1])

    assert (statement.opening, statement.closing) == (opening, closing)
    assert [line.amount for line in statements.stream(statement)] == amounts
    assert statement.opening + statement.credit - statement.debit == statement.closing


def test_lines_of_a_statement_come_in_pages(busy):
    wallet, _, _ = busy
    statement = statements.current(wallet.pk)

    first = statements.lines(statement, limit=5)
    rest = statements.lines(statement, after=first[-1].version, limit=5)

    assert [line.amount for line in first + rest] == AMOUNTS


def test_a_statement_does_not_see_what_is_booked_after_it(unit, busy):
    wallet, house, _ = busy
    statement = statements.current(wallet.pk)
    with unit():
        make.move(house.pk, wallet.pk, 1)

    assert [line.amount for line in statements.stream(statement)] == AMOUNTS


def test_an_account_without_entries_has_an_empty_statement(unit):
    with unit():
        wallet = make.wallet()

    statement = statements.current(wallet.pk)

    assert (statement.opening, statement.closing, list(statements.stream(statement))) == (0, 0, [])


def test_a_statement_of_an_unknown_account_is_refused():
    with pytest.raises(errors.AccountUnknown):
        statements.current(uuid.uuid4())
