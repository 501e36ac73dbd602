"""The guards of the books fire even for an administrator in the mode that switches ordinary triggers off."""

import pytest
from psycopg import errors

from apps.core import actors, clock, db
from tests.factories import ledger as make
from tests.ledger import books

HOT = ("ledger_txn", "ledger_entry", "ledger_postingkey", "ledger_balance")
DERIVED = ("ledger_balanceday", "ledger_balancemark")
FACTS = ("ledger_boundschange", "ledger_txnlink", "ledger_returncap", "ledger_block")


@pytest.fixture
def kept(committed_db):
    def unit():
        return db.unit(by=actors.system("tests.ledger"), at=clock.now(), why="test")

    with unit():
        house, wallet = make.house(), make.wallet()
    with unit():
        sent = make.move(house.pk, wallet.pk, 1_000)
    with unit():
        make.journal.reverse(txn=sent.txn, key=make.key(), reason="mistake")
    return house.no, wallet.no


@pytest.fixture
def replica(postgres, committed_database):
    with postgres.connect(committed_database) as administrator:
        administrator.execute("SET session_replication_role = replica")
        administrator.execute("BEGIN")
        yield administrator
        administrator.execute("ROLLBACK")


def places(connection, tables):
    return [
        name for table in tables for name in (table, *([books.leaf(connection, table)] if table in HOT[:2] else []))
    ]


@pytest.mark.parametrize("act", ["DELETE FROM {}", "TRUNCATE {}"])
def test_nothing_is_removed(kept, replica, act):
    for name in places(replica, HOT + DERIVED + FACTS):
        replica.execute("SAVEPOINT before")
        with pytest.raises(errors.RestrictViolation):
            replica.execute(act.format(name))
        replica.execute("ROLLBACK TO before")


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("ledger_txn", "legs = 3"),
        ("ledger_entry", "amount = 7"),
        ("ledger_postingkey", "kind = 2"),
        ("ledger_balance", "asset = 'EUR'"),
        ("ledger_boundschange", "flags = 0"),
        ("ledger_txnlink", "amount = 1"),
        ("ledger_returncap", "original = 5"),
        ("ledger_block", "count = 5"),
        ("ledger_balanceday", "effective_on = effective_on + 1"),
        ("ledger_balancemark", "account_id = 5"),
    ],
)
def test_nothing_is_rewritten(kept, replica, table, change):
    for name in places(replica, [table]):
        replica.execute("SAVEPOINT before")
        with pytest.raises(errors.RestrictViolation):
            replica.execute(f"UPDATE {name} SET {change}")
        replica.execute("ROLLBACK TO before")


@pytest.mark.parametrize("on_partition", [False, True])
def test_what_does_not_balance_is_refused(kept, replica, on_partition):
    house, wallet = kept
    legs = (house, -5), (wallet, 6)
    books.move(replica, *legs)
    txn = books.header(replica, 2)
    table = books.leaf(replica, "ledger_entry") if on_partition else "ledger_entry"

    with pytest.raises(errors.CheckViolation) as refused:
        books.enter(replica, txn, *legs, table=table)

    assert refused.value.diag.constraint_name == "ledger_unbalanced"
