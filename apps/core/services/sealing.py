"""Sealing rows into a chain of hashed blocks without slowing their writers.

A block covers finished transactions, so its content is final when it is made; whatever changes in it breaks its hash.
"""

from typing import Final

from apps.core import db
from apps.core.errors import Unavailable
from apps.core.selectors import chains
from apps.core.selectors.chains import Chain, Header

MAX_ROWS: Final = 50_000


class EpochNeeded(Unavailable):
    """Transaction ids started again below the last sealed one: a logical dump was restored. Open a new epoch."""

    code = "audit_epoch_needed"
    title = "A new epoch is needed"


class Tampered(Unavailable):
    """A row does not match its digest, so nothing more is sealed before that is explained."""

    code = "audit_tampered"
    title = "Sealed rows were altered"


def seal_next(*, chain: Chain, limit: int = MAX_ROWS) -> int:
    """Seal the next block of finished transactions and return its number of rows; 0 when there is none.

    One runner at a time; works inside an open unit. Raises: audit_epoch_needed, audit_tampered; nothing is sealed then.
    """
    with db.single(f"core.sealing.{chain.name}") as may:
        if not may:
            return 0
        epoch = chains.current_epoch(chain)
        last = chains.last_block(chain, epoch=epoch)
        lower = last.xid_to if last else 0
        upper, following = chains.horizon()
        if following < lower:
            raise EpochNeeded(epoch=epoch, sealed_to=lower, transaction=following)
        return _seal(chain, epoch, lower, upper, limit)


def close_epoch(*, chain: Chain, epoch: int) -> int:
    """Seal the next block of what an ended epoch left unsealed; all its transactions are finished.

    Works inside an open unit. Returns the number of rows; 0 when nothing is left. Raises: audit_tampered.
    """
    with db.single(f"core.sealing.{chain.name}") as may:
        if not may:
            return 0
        last = chains.last_block(chain, epoch=epoch)
        lower = last.xid_to if last else 0
        return _seal(chain, epoch, lower, max(lower, chains.newest_transaction(chain, epoch=epoch) + 1), MAX_ROWS)


def _seal(chain: Chain, epoch: int, lower: int, upper: int, limit: int) -> int:
    digests, end = _collect(chain, epoch, lower, upper, limit)
    if not digests:
        return 0
    last = chains.last_block(chain)
    header = Header(
        prev_hash=last.hash if last else chains.NO_HASH, epoch=epoch, xid_from=lower, xid_to=end, count=len(digests)
    )
    hasher = header.hasher()
    hasher.update(b"".join(digests))
    chain.blocks(
        seq=last.seq + 1 if last else 1,
        format=chains.FORMAT,
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
    for leaf in chains.leaves(chain, epoch=epoch, xid_from=lower, xid_to=upper):
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
