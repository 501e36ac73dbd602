"""Sealing rows into a chain of hashed blocks without slowing their writers.

A row carries the epoch and the transaction that wrote it. A block covers a range of finished transactions, so its
content is final when it is made; nothing can appear in it later, and whatever changes in it breaks its hash.
"""

import hashlib
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, models

from apps.core import db
from apps.core.errors import Unavailable

MAX_ROWS: Final = 50_000
NO_HASH: Final = bytes(32)
_FORMAT: Final = 1
_HEADER: Final = struct.Struct(">h32shqqq")
_CHUNK: Final = 2_000


class EpochNeeded(Unavailable):
    """Transaction ids started again below the last sealed one: a logical dump was restored. Open a new epoch."""

    code = "audit_epoch_needed"
    title = "A new epoch is needed"


class Tampered(Unavailable):
    """A row does not match its digest, so nothing more is sealed before that is explained."""

    code = "audit_tampered"
    title = "Sealed rows were altered"


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
        return hashlib.sha256(_HEADER.pack(_FORMAT, self.prev_hash, self.epoch, self.xid_from, self.xid_to, self.count))


def seal_next(chain: Chain, *, limit: int = MAX_ROWS) -> int:
    """Seal the next block of finished transactions and return its number of rows; 0 when there is none.

    One runner at a time; works inside an open unit. Raises: audit_epoch_needed, audit_tampered; nothing is sealed then.
    """
    with db.single(f"core.sealing.{chain.name}") as may:
        if not may:
            return 0
        epoch = current_epoch(chain)
        last = last_block(chain, epoch=epoch)
        lower = last.xid_to if last else 0
        upper, following = _horizon()
        if following < lower:
            raise EpochNeeded(epoch=epoch, sealed_to=lower, transaction=following)
        return _seal(chain, epoch, lower, upper, limit)


def close_epoch(chain: Chain, *, epoch: int) -> int:
    """Seal the next block of what an ended epoch left unsealed; all its transactions are finished.

    Works inside an open unit. Returns the number of rows; 0 when nothing is left. Raises: audit_tampered.
    """
    with db.single(f"core.sealing.{chain.name}") as may:
        if not may:
            return 0
        last = last_block(chain, epoch=epoch)
        lower = last.xid_to if last else 0
        return _seal(chain, epoch, lower, max(lower, _newest(chain, epoch) + 1), MAX_ROWS)


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


def last_block(chain: Chain, *, epoch: int | None = None) -> Any:
    """Return the newest block, of one epoch if named; None when there is none."""
    blocks = chain.blocks._default_manager.order_by("-seq")
    return (blocks if epoch is None else blocks.filter(epoch=epoch)).first()


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


def _seal(chain: Chain, epoch: int, lower: int, upper: int, limit: int) -> int:
    digests, end = _collect(chain, epoch, lower, upper, limit)
    if not digests:
        return 0
    last = last_block(chain)
    header = Header(
        prev_hash=last.hash if last else NO_HASH, epoch=epoch, xid_from=lower, xid_to=end, count=len(digests)
    )
    hasher = header.hasher()
    hasher.update(b"".join(digests))
    chain.blocks(
        seq=last.seq + 1 if last else 1,
        format=_FORMAT,
        epoch=epoch,
        xid_from=lower,
        xid_to=end,
        count=len(digests),
        prev_hash=header.prev_hash,
        hash=hasher.digest(),
        sealed_at=db.current().at,
    ).save()
    return len(digests)


def _collect(chain: Chain, epoch: int, lower: int, upper: int, limit: int) -> tuple[list[bytes], int]:
    """Return the digests of a range and its end: `upper`, or the border of the transaction at which it was cut."""
    digests: list[bytes] = []
    current, begins = -1, 0
    for leaf in leaves(chain, epoch=epoch, xid_from=lower, xid_to=upper):
        if not leaf.is_intact:
            raise Tampered(row=str(leaf.id))
        if leaf.xid != current:
            if len(digests) >= limit:
                return digests, leaf.xid
            current, begins = leaf.xid, len(digests)
        elif len(digests) >= limit and begins:
            return digests[:begins], current
        digests.append(leaf.digest)
    return digests, upper


def _newest(chain: Chain, epoch: int) -> int:
    query = f"SELECT xid::text::bigint FROM {_table(chain.rows)} WHERE epoch = %s ORDER BY xid DESC LIMIT 1"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, [epoch])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _horizon() -> tuple[int, int]:
    """Return the first transaction that may still run, and the next one that will start."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint FROM pg_current_snapshot() s"
        )
        row = cursor.fetchone()
    assert row is not None  # noqa: S101 - one row always
    return int(row[0]), int(row[1])


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _server_cursor(chain: Chain) -> Any:
    connection.ensure_connection()
    return connection.connection.cursor(name=f"sealing_{chain.name}")
