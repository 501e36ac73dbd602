"""What follows the postings: sealing them into the chain, and adding them to the sums by day.

Nothing of it is needed inside a posting. A pass is one transaction, so a killed one leaves nothing, and what is sealed
is never sealed again.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from prometheus_client import Gauge

from apps.core import db, ids, outbox
from apps.core.actors import Actor
from apps.ledger.enums import Topic
from apps.ledger.models import Block
from apps.ledger.selectors import chain

BLOCK_MAX: Final = 20_000
"""Transactions of a block; a database transaction that wrote more is not cut."""

_FOLLOW: Final = "SELECT block, number, leaf_count, assets FROM ledger_follow(%s::int, %s::timestamptz)"
_LAG: Final = Gauge("ledger_follower_lag_seconds", "Age of the oldest unsealed posting", multiprocess_mode="mostrecent")
_UNSEALED: Final = Gauge("ledger_unsealed", "Transactions that wait to be sealed", multiprocess_mode="mostrecent")


def run(*, block_max: int = BLOCK_MAX, by: Actor, at: datetime) -> int:
    """Seal what is finished by now, one database transaction a block, and return the number of sealed rows.

    One runner at a time; another finds nothing to do. Topic ledger.block.sealed. Measures what is left.
    Raises: ledger_epoch_needed after a logical restore, ledger_altered for a transaction without its entries; nothing
    more is sealed then.
    """
    total = 0
    try:
        # Else a steady load would never let it rest, and each block would be of the few that came during the last one.
        due = chain.finished_to()
        while sealed := _seal_next(block_max=block_max, by=by, at=at):
            total += sealed
            if chain.sealed_to() >= due:
                break
    finally:
        waiting = chain.waiting()
        _LAG.set(waiting.age_s)
        _UNSEALED.set(waiting.txns)
    return total


def _seal_next(*, block_max: int, by: Actor, at: datetime) -> int:
    with db.unit(by=by, at=at, why="follow"), db.single("ledger.follower") as mine:
        if not mine:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_FOLLOW, [block_max, at])
            block, number, count, assets = cursor.fetchone()
        if block is None:
            return 0
        outbox.publish(Topic.BLOCK_SEALED, subject=_ref(block), data={"seq": number, "count": count, "assets": assets})
    return int(count)


def _ref(block: UUID) -> str:
    return ids.encode(Block.id_prefix, block)
