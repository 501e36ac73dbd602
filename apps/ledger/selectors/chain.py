"""Where the chain of the books stands: its head, what waits to be sealed, and its blocks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from apps.core import ids
from apps.ledger.models import Block, BoundsChange, Txn, TxnLink


@dataclass(frozen=True, slots=True)
class Head:
    """The newest block; `seq` is 0 and `hash` empty before the first."""

    seq: int
    hash: bytes
    sealed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many transactions wait to be sealed, and for how many seconds the oldest has waited since its booking."""

    txns: int
    age_s: int


NOTHING: Final = Head(0, b"", None)

# The end of the newest block. Everything of an epoch that follows it waits.
_SEALED_TO: Final = """(coalesce((SELECT b.epoch FROM ledger_block b ORDER BY b.seq DESC LIMIT 1), 0),
    coalesce((SELECT b.xid_to FROM ledger_block b ORDER BY b.seq DESC LIMIT 1), 0)::text::xid8)"""
_WAITING: Final = f"""
SELECT count(*), coalesce(greatest(0, extract(epoch FROM clock_timestamp() - min(t.posted_at))), 0)::bigint
  FROM ledger_txn t WHERE (t.epoch, t.xid) >= {_SEALED_TO}
"""  # noqa: S608 - own query
UNSEALED: Final = f"SELECT t.id FROM ledger_txn t WHERE (t.epoch, t.xid) >= {_SEALED_TO}"  # noqa: S608 - own query
"""The transactions that wait to be sealed: the rest of every sum by day."""
SEALED_ENTRIES: Final = f"""
SELECT * FROM ledger_entry WHERE txn_id NOT IN ({UNSEALED})
"""  # noqa: S608 - own query
# Each epoch is one probe of the index. What an ended epoch left is sealed before anything of the next one.
_OUTSIDE: Final = """
WITH RECURSIVE epochs AS (
  SELECT min(x.epoch) AS epoch FROM {table} x
  UNION ALL SELECT (SELECT min(x.epoch) FROM {table} x WHERE x.epoch > e.epoch) FROM epochs e WHERE e.epoch IS NOT NULL
)
SELECT r.id FROM epochs e CROSS JOIN LATERAL (
    SELECT x.id FROM {table} x WHERE x.epoch = e.epoch AND x.xid >= (
        SELECT coalesce(max(b.xid_to), 0) FROM ledger_block b WHERE b.epoch = e.epoch)::text::xid8 LIMIT 5) r
 WHERE e.epoch < (SELECT max(b.epoch) FROM ledger_block b) OR e.epoch > ledger_epoch()
"""
_HEADLESS: Final = """
SELECT e.txn_id, e.leg FROM ledger_entry e WHERE NOT EXISTS (SELECT 1 FROM ledger_txn t WHERE t.id = e.txn_id) LIMIT 5
"""


def head() -> Head:
    """Return the newest block of the chain."""
    found = Block.objects.order_by("-seq").values_list("seq", "hash", "sealed_at").first()
    return Head(found[0], bytes(found[1]), found[2]) if found else NOTHING


def finished_to() -> tuple[int, int]:
    """Return the epoch and the id before which no transaction of the database is open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_epoch(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        epoch, xid = cursor.fetchone()
    return int(epoch), int(xid)


def sealed_to() -> tuple[int, int]:
    """Return the epoch and the id at which the newest block ends; zeros before the first."""
    return Block.objects.order_by("-seq").values_list("epoch", "xid_to").first() or (0, 0)


def waiting() -> Waiting:
    """Return what waits to be sealed; an open transaction keeps everything after it waiting."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        row = cursor.fetchone()
    return Waiting(int(row[0]), int(row[1])) if row else Waiting(0, 0)


def blocks() -> QuerySet[Block]:
    """Return the blocks without their leaves, the newest first."""
    rows: QuerySet[Block] = Block.objects.defer("leaves").order_by("-seq")
    return rows


def block(seq: int) -> Block | None:
    """Return one block with its leaves, by its number."""
    found: Block | None = Block.objects.filter(seq=seq).first()
    return found


def named(block: UUID) -> Block | None:
    """Return one block without its leaves, by its id."""
    return blocks().filter(pk=block).first()


def outside() -> list[str]:
    """Return rows that no block covers and that wait for none, a few of each kind: typed ids, and entries by theirs."""
    found = []
    with connection.cursor() as cursor:
        for model in (Txn, BoundsChange, TxnLink):
            cursor.execute(_OUTSIDE.format(table=model._meta.db_table))
            found += [ids.encode(model.id_prefix, key) for (key,) in cursor.fetchall()]
        cursor.execute(_HEADLESS)
        found += [f"{ids.encode(Txn.id_prefix, txn)}-{leg}" for txn, leg in cursor.fetchall()]
    return found
