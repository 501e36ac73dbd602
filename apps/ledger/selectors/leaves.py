"""The canonical form of what is sealed, format 1, made from raw columns: the second implementation beside the SQL.

Text of a row, then SHA-256 over a zero byte and it; nodes hash a one byte and both children, an odd node is carried up.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from django.db import connection
from psycopg.types.string import TextLoader

from apps.core import ids
from apps.ledger.models import BoundsChange, HoldEvent, Txn, TxnLink

HASH_BYTES: Final = 32
NO_HASH: Final = bytes(HASH_BYTES)
_CHUNK: Final = 2_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_ESCAPES: Final = str.maketrans({mark: f"\\{mark}" for mark in "\\|;,~"})
_NUMBERS: Final = struct.Struct(">5q")

_WINDOW: Final = "epoch = %s AND xid >= %s::text::xid8 AND xid < %s::text::xid8"
_TXNS: Final = f"""
SELECT t.xid::text, t.id, t.posted_at, t.effective_on, t.kind, t.legs, t.actor, t.correlation, t.subject, t.reverses,
       t.approval, t.reason_code, t.meta::text,
       e.leg, e.account_id, e.asset, e.amount, e.balance_after, e.version, e.posted_at, e.effective_on
  FROM (SELECT * FROM ledger_txn WHERE {_WINDOW} OFFSET 0) t
  LEFT JOIN LATERAL (SELECT * FROM ledger_entry WHERE txn_id = t.id OFFSET 0) e ON true
 ORDER BY t.xid, t.id, e.leg
"""  # noqa: S608 - own query
_CHANGES: Final = f"""
SELECT xid::text, id, account_id, at_version, floor, ceiling, flags, reason_code, actor, at
  FROM ledger_boundschange WHERE {_WINDOW}
"""  # noqa: S608 - own query
_LINKS: Final = f"""
SELECT xid::text, id, txn, origin_txn, origin_leg, relation, amount FROM ledger_txnlink WHERE {_WINDOW}
"""  # noqa: S608 - own query
_EVENTS: Final = f"""
SELECT xid::text, id, hold_id, number, act, amount, delta, remaining_after, expires_at, account_no, held_after,
       account_version, available_after, txn, reason_code, actor, at
  FROM ledger_holdevent WHERE {_WINDOW}
"""  # noqa: S608 - own query
_HEADER: Final = 13


@dataclass(frozen=True, slots=True)
class Sealed:
    """One row of a block as it is now: its typed id and the hash of its content."""

    ref: str
    hash: bytes


def of_range(*, epoch: int, xid_from: int, xid_to: int) -> list[Sealed]:
    """Return the rows of a range of transactions in the order of the chain. Works inside a transaction."""
    window = [epoch, str(xid_from), str(xid_to)]
    found = [(int(row[0]), "B", row[1], _hash(_text("B1", row))) for row in _stream(_CHANGES, window)]
    found += [(int(row[0]), "H", row[1], _hash(_text("H1", row))) for row in _stream(_EVENTS, window)]
    found += [(int(row[0]), "L", row[1], _hash(_text("L1", row))) for row in _stream(_LINKS, window)]
    for _, rows in groupby(_stream(_TXNS, window), key=itemgetter(1)):
        legs = list(rows)
        found.append((int(legs[0][0]), "T", legs[0][1], _hash(_of_txn(legs))))
    found.sort(key=itemgetter(0, 1, 2))
    return [Sealed(ids.encode(_PREFIXES[letter], key), leaf) for _, letter, key, leaf in found]


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the top of the tree over some hashes."""
    level = list(leaves)
    while len(level) > 1:
        level = [_node(level[place : place + 2]) for place in range(0, len(level), 2)]
    return level[0]


def block_hash(*, prev_hash: bytes, top: bytes, epoch: int, seq: int, xid_from: int, xid_to: int, count: int) -> bytes:
    """Return the hash of a block."""
    numbers = _NUMBERS.pack(epoch, seq, xid_from, xid_to, count)
    return hashlib.sha256(b"SRLB1" + prev_hash + top + numbers).digest()


_PREFIXES: Final = {"B": BoundsChange.id_prefix, "H": HoldEvent.id_prefix, "L": TxnLink.id_prefix, "T": Txn.id_prefix}


def _of_txn(legs: Sequence[Sequence[Any]]) -> str:
    """Return the text of a transaction; of one that does not fit its entries, a text that no seal was made of."""
    head = legs[0][:_HEADER]
    entries = [row[_HEADER:] for row in legs if row[_HEADER] is not None]
    dated = all((entry[6], entry[7]) == (head[2], head[3]) for entry in entries)
    if len(entries) != head[5] or not dated:
        return ""
    return _text("T1", head) + "|" + ";".join(",".join(map(_field, entry[:6])) for entry in entries)


def _text(form: str, columns: Iterable[Any]) -> str:
    return "|".join([form, *map(_field, columns)])


def _field(value: Any) -> str:
    if value is None:
        return "~"
    if isinstance(value, _Instant):
        return value.micros()
    return str(value) if isinstance(value, int | UUID | date) else str(value).translate(_ESCAPES)


class _Instant(str):
    """An instant as PostgreSQL spells it: also one that Python's calendar does not have."""

    __slots__ = ()

    def micros(self) -> str:
        """Return its microseconds since 1970, or its spelling."""
        try:
            return str((datetime.fromisoformat(self) - _EPOCH) // _MICROSECOND)
        except ValueError:
            return str(self)


class _InstantLoader(TextLoader):
    def load(self, data: Any) -> str:
        return _Instant(bytes(data).decode())


def _hash(text: str) -> bytes:
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def _node(pair: Sequence[bytes]) -> bytes:
    return hashlib.sha256(b"\x01" + pair[0] + pair[1]).digest() if len(pair) > 1 else pair[0]


def _stream(statement: str, window: list[Any]) -> Iterator[Sequence[Any]]:
    connection.ensure_connection()
    # A named cursor of the driver: Django's own would fetch everything at once.
    with closing(connection.connection.cursor(name="ledger_leaves")) as cursor:
        cursor.adapters.register_loader("timestamptz", _InstantLoader)
        cursor.adapters.register_loader("date", TextLoader)
        cursor.itersize = _CHUNK
        cursor.execute(statement, window)
        yield from cursor
