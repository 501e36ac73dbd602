"""The invariants name what was altered behind the guards, and nothing in books that are whole."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from apps.ledger.selectors import invariants
from apps.ledger.services import holds, journal
from tests.factories import ledger as make
from tests.ledger.drafts import lines
from tests.support import database

_ADMIN = "superuser"
ALTERED = (
    "ledger_entry",
    "ledger_txn",
    "ledger_postingkey",
    "ledger_balance",
    "ledger_returncap",
    "ledger_txnlink",
    "ledger_boundschange",
    "ledger_account",
    "ledger_balanceday",
    "ledger_balancemark",
    "ledger_hold",
    "ledger_holdevent",
)


@pytest.fixture(scope="module")
def altered_database(postgres) -> str:
    return database.clone(postgres, f"test_{database.worker()}_altered")


@pytest.fixture
def books(postgres, altered_database, django_test_environment, django_db_blocker, unit) -> Iterator[tuple]:
    """Return accounts and transactions in a database of its own, whose administrator may alter everything."""
    with django_db_blocker.unblock(), database.pointed(postgres, altered_database):
        url = postgres.url(_ADMIN, altered_database)
        user, _, password = url.removeprefix("postgresql://").partition("@")[0].partition(":")
        connections["default"].close()
        connections["default"].settings_dict.update(USER=user, PASSWORD=password)
        with unit():
            house, wallet = make.house(), make.wallet()
        with unit():
            top_up = make.move(house.pk, wallet.pk, 1_000, kind="payments.top_up")
        with unit():
            sent = make.move(wallet.pk, house.pk, 300)
        with unit():
            back = journal.reverse(txn=sent.txn, key=make.key(), reason="mistake")
        with unit():
            hold = make.held(wallet.pk, 100).hold
        with unit():
            holds.capture(
                hold, lines=lines(wallet, house, 30), kind="p2p.transfer", key=make.key(), subject="t", final=False
            )
        yield wallet, house, top_up.txn, sent.txn, back.txn, hold


@contextmanager
def altered(*statements: str) -> Iterator[None]:
    """Alter rows with their triggers switched off, and take it back afterwards."""
    # Not a unit: that would commit, and translate what an administrator meets.
    with transaction.atomic(), connection.cursor() as cursor:  # noqa: TID251
        for table in ALTERED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        yield
        transaction.set_rollback(True)


def broken() -> set[str]:
    return {code for code, check in invariants.checks() if check()} - {"ledger.C1.guards"}


def test_books_that_are_whole_break_nothing(books):
    assert {code: found for code, check in invariants.checks() if (found := check())} == {}


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        (
            "UPDATE ledger_entry SET amount = amount + 1 WHERE txn_id = '{sent}' AND leg = 1",
            {"I1.sum_zero", "I3.balances", "I4.chains", "I9.contents", "I10.returns"},
        ),
        ("UPDATE ledger_txn SET legs = 3 WHERE id = '{top_up}'", {"I1.sum_zero"}),
        (
            "DELETE FROM ledger_entry WHERE txn_id = '{top_up}' AND leg = 1",
            {"I1.sum_zero", "I3.balances", "I4.chains", "I9.contents"},
        ),
        (
            "UPDATE ledger_balance SET posted = posted + 1 WHERE account_id = {wallet}",
            {"I2.assets_zero", "I3.balances"},
        ),
        ("UPDATE ledger_balance SET version = version + 1 WHERE account_id = {wallet}", {"I3.balances"}),
        ("UPDATE ledger_balance SET last_at = last_at - interval '1 day' WHERE account_id = {wallet}", {"I3.balances"}),
        ("UPDATE ledger_entry SET balance_after = 0 WHERE txn_id = '{top_up}' AND leg = 2", {"I4.chains"}),
        ("UPDATE ledger_entry SET balance_after = NULL WHERE txn_id = '{top_up}' AND leg = 2", {"I4.chains"}),
        (
            "UPDATE ledger_entry SET posted_at = posted_at + interval '1 day' WHERE txn_id = '{top_up}'",
            {"I3.balances", "I4.chains"},
        ),
        (
            "UPDATE ledger_boundschange SET floor = 900 WHERE account_id = '{wallet_id}'",
            {"I5.floors", "bounds"},
        ),
        (
            "UPDATE ledger_entry SET asset = 'EUR' WHERE txn_id = '{top_up}'",
            {"I8.assets", "I9.contents"},
        ),
        (
            "UPDATE ledger_balance SET asset = 'EUR' WHERE account_id = {wallet}",
            {"I2.assets_zero", "I7.holds", "I8.assets"},
        ),
        ("DELETE FROM ledger_postingkey WHERE result_id = '{top_up}'", {"I9.keys"}),
        ("UPDATE ledger_postingkey SET result_id = '{sent}' WHERE result_id = '{top_up}'", {"I9.keys", "I9.contents"}),
        ("UPDATE ledger_postingkey SET request_hash = '\\x00' WHERE result_id = '{top_up}'", {"I9.contents"}),
        ("UPDATE ledger_txn SET kind = 99 WHERE id = '{top_up}'", {"I9.keys", "I9.contents"}),
        ("UPDATE ledger_txn SET subject = 'trf_other' WHERE id = '{top_up}'", {"I9.contents"}),
        ("UPDATE ledger_txn SET reason_code = 'other' WHERE id = '{top_up}'", {"I9.contents"}),
        ("UPDATE ledger_txn SET meta = '{{\"a\": 1}}' WHERE id = '{top_up}'", {"I9.contents"}),
        ("UPDATE ledger_txn SET reverses = '{top_up}' WHERE id = '{sent}'", {"I9.contents", "I10.returns"}),
        ("UPDATE ledger_returncap SET used = 0 WHERE origin_txn = '{sent}'", {"I10.returns"}),
        ("UPDATE ledger_returncap SET original = 301 WHERE origin_txn = '{sent}'", {"I10.returns"}),
        ("DELETE FROM ledger_txnlink WHERE txn = '{back}'", {"I10.returns"}),
        ("UPDATE ledger_balance SET flags = 1 WHERE account_id = {wallet}", {"bounds"}),
        ("UPDATE ledger_balance SET floor = NULL WHERE account_id = {wallet}", {"bounds"}),
        ("UPDATE ledger_balanceday SET net = net + 1 WHERE account_id = {sealed}", {"I13.days"}),
        ("UPDATE ledger_balanceday SET count = count + 1 WHERE account_id = {sealed}", {"I13.days"}),
        ("DELETE FROM ledger_balanceday WHERE account_id = {sealed}", {"I13.days"}),
        ("INSERT INTO ledger_balanceday VALUES ({sealed}, '2020-01-01', 0, 1)", {"I13.days"}),
        ("UPDATE ledger_balancemark SET posted = posted + 1 WHERE account_id = {sealed}", {"marks"}),
        ("UPDATE ledger_balancemark SET last_version = 1 WHERE account_id = {sealed}", {"marks"}),
        ("DELETE FROM ledger_balancemark WHERE account_id = {sealed}", {"marks"}),
        ("UPDATE ledger_account SET status = 'frozen' WHERE no = {wallet}", {"bounds"}),
        ("UPDATE ledger_balance SET held = held + 1 WHERE account_id = {wallet}", {"I6.held"}),
        ("UPDATE ledger_balance SET held = 0 WHERE account_id = {wallet}", {"I6.held"}),
        (
            "UPDATE ledger_hold SET remaining = remaining - 1, released = released + 1 WHERE id = '{hold}'",
            {"I6.held", "I7.holds"},
        ),
        ("UPDATE ledger_hold SET account_no = {house} WHERE id = '{hold}'", {"I6.held", "I7.holds"}),
        ("UPDATE ledger_hold SET asset = 'EUR' WHERE id = '{hold}'", {"I7.holds"}),
        ("UPDATE ledger_hold SET expires_at = now() WHERE id = '{hold}'", {"I7.holds"}),
        ("UPDATE ledger_hold SET version = version + 1 WHERE id = '{hold}'", {"I7.holds"}),
        (
            "UPDATE ledger_hold SET amount = amount + 10, captured = captured + 10 WHERE id = '{hold}'",
            {"I7.holds"},
        ),
        (
            "UPDATE ledger_hold SET (remaining, released, status, resolved_at) = (0, 70, 'expired', now())",
            {"I6.held", "I7.holds"},
        ),
        ("DELETE FROM ledger_holdevent WHERE hold_id = '{hold}' AND number = 2", {"I7.holds", "I9.contents"}),
        (
            "UPDATE ledger_holdevent SET held_after = held_after - 1 WHERE hold_id = '{hold}' AND number = 1",
            {"I7.events"},
        ),
        (
            "UPDATE ledger_holdevent SET delta = delta - 1 WHERE hold_id = '{hold}' AND number = 1",
            {"I7.holds", "I7.events"},
        ),
        (
            "UPDATE ledger_holdevent SET amount = 31 WHERE hold_id = '{hold}' AND number = 2",
            {"I7.holds", "I7.captures"},
        ),
        (
            "UPDATE ledger_holdevent SET available_after = -1 WHERE hold_id = '{hold}' AND number = 1",
            {"I5.holds"},
        ),
        (
            "UPDATE ledger_holdevent SET held_after = 1000 WHERE hold_id = '{hold}' AND number = 2",
            {"I5.floors", "I7.events", "I7.captures"},
        ),
        (
            "DELETE FROM ledger_postingkey WHERE result_id IN (SELECT id FROM ledger_holdevent WHERE number = 1)",
            {"I9.hold_keys"},
        ),
    ],
)
def test_a_planted_fault_is_named(books, statement, codes):
    wallet, house, top_up, sent, back, hold = books
    values = {
        "wallet": wallet.no,
        "wallet_id": wallet.pk,
        "house": house.no,
        "top_up": top_up,
        "sent": sent,
        "back": back,
        "hold": hold,
        "sealed": make.balance_day().account_id,
    }

    with altered(statement.format(**values)):
        assert broken() == {f"ledger.{code}" for code in codes}


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_entry_default", "ledger_txn", "ledger_balance"])
def test_a_guard_that_is_off_is_named(books, table):
    with altered(f"ALTER TABLE {table} ENABLE TRIGGER ledger_no_truncate"):
        assert f"{table}.ledger_no_truncate" in invariants.health.unguarded()


def test_the_command_tells_what_is_broken(books, capsys):
    wallet, *_ = books
    change = "UPDATE ledger_balance SET flags = %s WHERE account_id = %s"

    with connection.cursor() as cursor:
        cursor.execute(change, [1, wallet.no])
        with pytest.raises(CommandError, match=r"1 of \d+ invariants are broken"):
            call_command("check_invariants")
        cursor.execute(change, [0, wallet.no])

    assert "broken  ledger.bounds" in capsys.readouterr().out.splitlines()


def test_the_command_tells_that_the_books_are_whole(books, capsys):
    call_command("check_invariants")

    told = capsys.readouterr().out.splitlines()
    codes = [*(code for code, _ in invariants.checks()), "ledger.I11.chain"]
    assert [line for line in told if "ledger." in line] == [f"holds   {code}" for code in codes]
