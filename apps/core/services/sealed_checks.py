"""Verifying a chain of blocks against its rows, block by block and in bounded memory."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from apps.core import db
from apps.core.actors import Actor
from apps.core.selectors import chains
from apps.core.selectors.chains import Chain, Header

FaultKind = Literal["altered", "count", "hash", "chain", "outside"]
_FOR_EVER: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing found wrong.

    altered: a row does not match its digest; count: rows were added to a block or are missing; hash: a digest was
    rewritten with its row, or a row was moved; chain: a block is missing or was changed; outside: a row lies in no
    block and is not waiting for one. `block` is 0 for rows that no block covers.
    """

    kind: FaultKind
    block: int
    row: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much was read, and the first fault."""

    blocks: int
    rows: int
    fault: Fault | None = None


def verify(*, chain: Chain, from_block: int = 1, by: Actor, at: datetime) -> Verdict:
    """Read every block from `from_block` on, then the rows that wait to be sealed; stop at the first fault.

    Each block is read in a transaction of its own.
    """
    blocks, rows = 0, 0
    previous = _block(chain, from_block - 1)
    if previous is None and from_block > 1:
        return Verdict(0, 0, Fault("chain", from_block - 1))
    newest = chains.last_block(chain)
    for seq in range(from_block, (newest.seq if newest else 0) + 1):
        with db.unit(by=by, at=at, why="verify"):
            block = _block(chain, seq)
            fault = _check_link(seq, block, previous) or _check_block(chain, block)
        if fault:
            return Verdict(blocks, rows, fault)
        blocks, rows, previous = blocks + 1, rows + block.count, block
    with db.unit(by=by, at=at, why="verify"):
        waiting, fault = _check_rest(chain)
    return Verdict(blocks, rows + waiting, fault)


def _block(chain: Chain, seq: int) -> Any:
    return chain.blocks._default_manager.filter(seq=seq).first()


def _check_link(seq: int, block: Any, previous: Any) -> Fault | None:
    if block is None:
        return Fault("chain", seq)
    same_epoch = previous is not None and previous.epoch == block.epoch
    is_linked = (
        block.prev_hash == (previous.hash if previous else chains.NO_HASH)
        and block.xid_from == (previous.xid_to if same_epoch else 0)
        and (previous is None or previous.epoch <= block.epoch)
    )
    return None if is_linked else Fault("chain", seq)


def _check_block(chain: Chain, block: Any) -> Fault | None:
    header = Header(block.prev_hash, block.epoch, block.xid_from, block.xid_to, block.count)
    hasher, count = header.hasher(), 0
    for leaf in chains.leaves(chain, epoch=block.epoch, xid_from=block.xid_from, xid_to=block.xid_to):
        if not leaf.is_intact:
            return Fault("altered", block.seq, str(leaf.id))
        hasher.update(leaf.digest)
        count += 1
    if count != block.count:
        return Fault("count", block.seq)
    return None if hasher.digest() == block.hash else Fault("hash", block.seq)


def _check_rest(chain: Chain) -> tuple[int, Fault | None]:
    """Check the rows after the last block of each epoch; only the current epoch may have some, and they are intact."""
    waiting, current = 0, chains.current_epoch(chain)
    for epoch in chains.epochs(chain):
        last = chains.last_block(chain, epoch=epoch)
        for leaf in chains.leaves(chain, epoch=epoch, xid_from=last.xid_to if last else 0, xid_to=_FOR_EVER):
            if not leaf.is_intact:
                return waiting, Fault("altered", 0, str(leaf.id))
            if epoch != current:
                return waiting, Fault("outside", 0, str(leaf.id))
            waiting += 1
    return waiting, None
