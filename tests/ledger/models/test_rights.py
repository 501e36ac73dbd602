"""What the processes' role may do with the books by raw SQL: read them."""

import pytest
from psycopg import errors

from tests.ledger import books
from tests.ledger.books import LEAVES, TABLES

COLUMN = {
    "ledger_balance": "posted",
    "ledger_balanceday": "net",
    "ledger_balancemark": "posted",
    "ledger_block": "hash",
    "ledger_hold": "remaining",
    "ledger_postingkey": "kind",
    "ledger_returncap": "used",
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "act",
    [
        "INSERT INTO {0} SELECT * FROM {0}",
        "UPDATE {0} SET {1} = {1}",
        "DELETE FROM {0}",
        "TRUNCATE {0}",
        "COPY {0} FROM STDIN",
        "ALTER TABLE {0} DISABLE TRIGGER ALL",
    ],
)
def test_the_processes_role_writes_no_table_of_the_books(kept, raw, table, act):
    column = COLUMN.get(table, "xid")

    with pytest.raises(errors.InsufficientPrivilege):
        raw("app").execute(act.format(table, "amount" if table == "ledger_entry" else column))


@pytest.mark.parametrize("parent", LEAVES)
@pytest.mark.parametrize("act", ["INSERT INTO {0} SELECT * FROM {0}", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_the_processes_role_writes_no_partition_of_the_books(kept, raw, parent, act):
    app = raw("app")

    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(act.format(books.leaf(app, parent)))


@pytest.mark.parametrize(
    "call", ["ledger_add_partition(current_date)", "ledger_guard_leaf('ledger_txn', 'ledger_txn_default')"]
)
def test_the_processes_role_calls_no_function_of_the_owner(committed_db, raw, call):
    with pytest.raises(errors.InsufficientPrivilege):
        raw("app").execute(f"SELECT {call}")
