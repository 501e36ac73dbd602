"""Proving the chain: every block against the one before it, against its rows, and against the heads published outside.

Blocks are read one by one, each in a transaction of its own, so memory does not grow and any range can be read apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from apps.core import db
from apps.core.actors import Actor
from apps.ledger.models import Block
from apps.ledger.selectors import anchors, chain, leaves
from apps.ledger.selectors.leaves import HASH_BYTES

FaultKind = Literal["altered", "added", "missing", "block", "outside", "anchor"]
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    altered, added, missing: a row of the block, by its typed id, or by its place where it is gone; block: the block
    itself was changed or is gone; outside: a row that no block covers and that waits for none; anchor: a head
    published outside is another one, or lies ahead. `block` is 0 where none is concerned.
    """

    kind: FaultKind
    block: int
    row: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much was read, and what is wrong in the first bad block, or behind the last one."""

    blocks: int
    rows: int
    faults: tuple[Fault, ...] = ()


def verify(*, from_block: int = 1, to_block: int | None = None, by: Actor, at: datetime) -> Verdict:
    """Read the blocks of a range again and stop at the first bad one, which may be continued behind.

    A range that reaches the head is followed by what lies outside all blocks, and by the anchors.
    """
    newest = chain.head().seq
    last = newest if to_block is None else min(to_block, newest)
    blocks, rows = 0, 0
    previous = chain.block(from_block - 1)
    if previous is None and from_block > 1:
        return Verdict(0, 0, (Fault("block", from_block - 1),))
    for seq in range(from_block, last + 1):
        with db.unit(by=by, at=at, why="verify"):
            block = chain.block(seq)
            faults = tuple(_of_block(seq, block, previous))
        if faults or block is None:
            return Verdict(blocks, rows, faults)
        blocks, rows, previous = blocks + 1, rows + block.count, block
    if last < newest:
        return Verdict(blocks, rows)
    with db.unit(by=by, at=at, why="verify"):
        outside = [Fault("outside", 0, row) for row in chain.outside()]
        ahead = [Fault("anchor", seq, place) for seq, place in anchors.mismatched()]
    return Verdict(blocks, rows, (*outside, *ahead))


def faults() -> list[Fault]:
    """Verify the whole chain and return what is wrong. Works inside an open unit."""
    unit = db.current()
    return list(verify(by=unit.by, at=unit.at).faults)


def _of_block(seq: int, block: Block | None, previous: Block | None) -> Iterator[Fault]:
    if block is None or not (_is_linked(block, previous) and _is_whole(block)):
        yield Fault("block", seq)
        return
    kept = [bytes(block.leaves[start : start + HASH_BYTES]) for start in range(0, len(block.leaves), HASH_BYTES)]
    found = leaves.of_range(epoch=block.epoch, xid_from=block.xid_from, xid_to=block.xid_to)
    known, present = set(kept), {row.hash for row in found}
    new = [row.ref for row in found if row.hash not in known]
    gone = [f"row {place}" for place, leaf in enumerate(kept, start=1) if leaf not in present]
    yield from (Fault("altered", seq, row) for row in new[: len(gone)])
    yield from (Fault("added", seq, row) for row in new[len(gone) :])
    yield from (Fault("missing", seq, row) for row in gone[len(new) :])


def _is_linked(block: Block, previous: Block | None) -> bool:
    if previous is None:
        return (bytes(block.prev_hash), block.xid_from) == (leaves.NO_HASH, 0)
    follows = previous.xid_to if previous.epoch == block.epoch else 0
    return (block.prev_hash, block.xid_from) == (previous.hash, follows) and previous.epoch <= block.epoch


def _is_whole(block: Block) -> bool:
    kept = bytes(block.leaves)
    if block.format != _FORMAT or not block.count or len(kept) != HASH_BYTES * block.count:
        return False
    top = leaves.root([kept[start : start + HASH_BYTES] for start in range(0, len(kept), HASH_BYTES)])
    made = leaves.block_hash(
        prev_hash=block.prev_hash,
        top=top,
        epoch=block.epoch,
        seq=block.seq,
        xid_from=block.xid_from,
        xid_to=block.xid_to,
        count=block.count,
    )
    return (block.root, block.hash) == (top, made)
