"""Chains of sealed blocks: the rows they cover, in the order of the chain, and where the next block begins.

A row carries the epoch and the transaction that wrote it; a block covers a range of transactions.
"""

import hashlib
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, models

FORMAT: Final = 1
NO_HASH: Final = bytes(32)
_HEADER: Final = struct.Struct(">h32shqqq")
_CHUNK: Final = 2_000


@dataclass(frozen=True, slots=True)
class Chain:
    """What is sealed into what.

    `rows` has the columns epoch, xid, id and `digest`; `columns` are the covered ones and `canonical` gives the digest
    of their values. `blocks` has the columns of `AuditBlock`.
    """

    name: str
    rows: type[models.Model]
    blocks: type[models.Model]
    columns: tuple[str, ...]
    canonical: Callable[[Sequence[Any]], bytes]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One row of a range: its transaction, its id, its stored digest, and whether that matches its content."""

    xid: int
    id: Any
    digest: bytes
    is_intact: bool


@dataclass(frozen=True, slots=True)
class Header:
    """What a block's hash covers besides the digests of its rows."""

    prev_hash: bytes
    epoch: int
    xid_from: int
    xid_to: int
    count: int

    def hasher(self) -> "hashlib._Hash":
        """Return a SHA-256 that has taken in the header, fixed width and big-endian."""
        return hashlib.sha256(_HEADER.pack(FORMAT, self.prev_hash, self.epoch, self.xid_from, self.xid_to, self.count))


def last_block(chain: Chain, *, epoch: int | None = None) -> Any:
    """Return the newest block, of one epoch if named; None when there is none."""
    blocks = chain.blocks._default_manager.order_by("-seq")
    return (blocks if epoch is None else blocks.filter(epoch=epoch)).first()


def current_epoch(chain: Chain) -> int:
    """Return the epoch that new rows get: the default of their column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN pg_attribute a "
            "ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.adrelid = %s::regclass AND a.attname = 'epoch'",
            [chain.rows._meta.db_table],
        )
        row = cursor.fetchone()
    assert row is not None  # noqa: S101 - a sealed table's epoch has a default
    return int(str(row[0]).strip("'").partition("'")[0])


def epochs(chain: Chain) -> list[int]:
    """Return the epochs that rows carry, in order; each is one probe of the index."""
    found: list[int] = []
    query = f"SELECT min(epoch) FROM {_table(chain.rows)} WHERE epoch > %s"  # noqa: S608 - own table
    with connection.cursor() as cursor:
        while True:
            cursor.execute(query, [found[-1] if found else -1])
            row = cursor.fetchone()
            if row is None or row[0] is None:
                return found
            found.append(int(row[0]))


def newest_transaction(chain: Chain, *, epoch: int) -> int:
    """Return the last transaction that wrote rows of an epoch; 0 when none did."""
    query = f"SELECT xid::text::bigint FROM {_table(chain.rows)} WHERE epoch = %s ORDER BY xid DESC LIMIT 1"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, [epoch])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def horizon() -> tuple[int, int]:
    """Return the first transaction that may still run, and the next one that will start."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint FROM pg_current_snapshot() s"
        )
        row = cursor.fetchone()
    assert row is not None  # noqa: S101 - one row always
    return int(row[0]), int(row[1])


def leaves(chain: Chain, *, epoch: int, xid_from: int, xid_to: int) -> Iterator[Leaf]:
    """Stream the rows of `[xid_from, xid_to)` in the order of the chain, in bounded memory."""
    table = _table(chain.rows)
    names = ", ".join(connection.ops.quote_name(name) for name in chain.columns)
    query = (
        f"SELECT xid::text::bigint, id, digest, {names} FROM {table} WHERE epoch = %s "  # noqa: S608 - own table
        "AND xid >= %s::text::xid8 AND xid < %s::text::xid8 ORDER BY xid, id"
    )
    # A named cursor of the driver: Django's own would fetch everything at once.
    with closing(_server_cursor(chain)) as cursor:
        cursor.itersize = _CHUNK
        cursor.execute(query, [epoch, str(xid_from), str(xid_to)])
        for xid, key, digest, *values in cursor:
            yield Leaf(xid=xid, id=key, digest=bytes(digest), is_intact=chain.canonical(values) == bytes(digest))


def unsealed_age_s(chain: Chain) -> int:
    """Return for how many seconds the oldest row that waits to be sealed has waited; 0 when none does."""
    last = last_block(chain, epoch=current_epoch(chain))
    table = connection.ops.quote_name(chain.rows._meta.db_table)
    query = (
        f"SELECT coalesce(extract(epoch FROM now() - min(recorded_at)), 0)::int FROM {table} "  # noqa: S608 - own table
        "WHERE epoch = %s AND xid >= %s::text::xid8"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [current_epoch(chain), str(last.xid_to if last else 0)])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _server_cursor(chain: Chain) -> Any:
    connection.ensure_connection()
    return connection.connection.cursor(name=f"sealing_{chain.name}")
