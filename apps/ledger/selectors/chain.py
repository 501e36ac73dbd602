"""Where the chain of the books stands: its head, what waits to be sealed, and its blocks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from apps.ledger.models import Block


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
SEALED_ENTRIES: Final = f"""
SELECT * FROM ledger_entry
 WHERE txn_id NOT IN (SELECT t.id FROM ledger_txn t WHERE (t.epoch, t.xid) >= {_SEALED_TO})
"""  # noqa: S608 - own query


def head() -> Head:
    """Return the newest block of the chain."""
    found = Block.objects.order_by("-seq").values_list("seq", "hash", "sealed_at").first()
    return Head(found[0], bytes(found[1]), found[2]) if found else NOTHING


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
