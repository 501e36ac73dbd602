"""Writing into the books by raw SQL, as nobody but a test does."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps.core import ids

if TYPE_CHECKING:
    import psycopg

HEADER = (
    "INSERT INTO {table} (id, posted_at, effective_on, kind, legs)"
    " VALUES (%s, now(), (now() AT TIME ZONE 'UTC')::date, %s, %s)"
)
LEG = (
    "(%s, %s, %s, (SELECT posted FROM ledger_balance WHERE account_id = %s), "
    "(SELECT version FROM ledger_balance WHERE account_id = %s), now(), (now() AT TIME ZONE 'UTC')::date, %s, %s)"
)
LEAVES = ["ledger_entry", "ledger_txn"]
TABLES = [
    "ledger_txn",
    "ledger_entry",
    "ledger_postingkey",
    "ledger_balance",
    "ledger_boundschange",
    "ledger_hold",
    "ledger_holdevent",
    "ledger_txnlink",
    "ledger_returncap",
    "ledger_balanceday",
    "ledger_balancemark",
    "ledger_block",
]
COLUMNS = "txn_id, account_id, amount, balance_after, version, posted_at, effective_on, leg, asset"


@dataclass(frozen=True, slots=True)
class Books:
    """Two funded accounts of the committed database, by number, a transaction between them, and a hold of 600."""

    wallet: int
    house: int
    euros: int
    txn: uuid.UUID
    hold: uuid.UUID


def leaf(connection: "psycopg.Connection[Any]", parent: str) -> str:
    """Return the partition of this month."""
    row = connection.execute("SELECT %s || '_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')", [parent]).fetchone()
    assert row is not None
    return str(row[0])


def move(connection: "psycopg.Connection[Any]", *legs: tuple[int, int]) -> None:
    """Change balances and versions, as a posting does first."""
    for account, amount in legs:
        connection.execute(
            "UPDATE ledger_balance SET posted = posted + %s, version = version + 1 WHERE account_id = %s",
            [amount, account],
        )


def header(connection: "psycopg.Connection[Any]", legs: int, *, kind: int = 10, table: str = "ledger_txn") -> uuid.UUID:
    """Write a header of now."""
    key = ids.new()
    connection.execute(HEADER.format(table=table), [key, kind, legs])
    return key


def enter(
    connection: "psycopg.Connection[Any]",
    txn: uuid.UUID,
    *legs: tuple[int, int] | tuple[int, int, str],
    table: str = "ledger_entry",
    first: int = 1,
) -> None:
    """Write entries in one statement, with the balances and versions as they stand."""
    values: list[Any] = []
    for place, (account, amount, *asset) in enumerate(legs, start=first):
        values += [txn, account, amount, account, account, place, *(asset or ["USD"])]
    connection.execute(f"INSERT INTO {table} ({COLUMNS}) VALUES {', '.join([LEG] * len(legs))}", values)
