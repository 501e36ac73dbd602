"""The chain of audit events: sealing, verifying, and opening a new epoch after a logical restore."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from apps.core import audit, db
from apps.core.actors import Actor
from apps.core.models import AuditBlock, AuditEvent
from apps.core.selectors import chains
from apps.core.services import sealed_checks, sealing
from apps.core.services.sealed_checks import Verdict

_JSON: Final = tuple(index for index, name in enumerate(audit.COVERED) if name in ("before", "after", "data"))


def _canonical(values: Sequence[Any]) -> bytes:
    found = list(values)
    for index in _JSON:
        if found[index] is not None:
            found[index] = json.loads(found[index])
    return audit.digest(found)


CHAIN: Final = chains.Chain(
    name="audit", rows=AuditEvent, blocks=AuditBlock, columns=audit.COVERED, canonical=_canonical
)


def seal(*, by: Actor, at: datetime) -> int:
    """Seal every event of finished transactions, one transaction a block; return the number of events.

    Raises: audit_epoch_needed after a logical restore, audit_tampered for an altered event.
    """
    total, current = 0, chains.current_epoch(CHAIN)
    for epoch in chains.epochs(CHAIN):
        if epoch < current:
            total += _seal_all(epoch=epoch, by=by, at=at)
    return total + _seal_all(epoch=None, by=by, at=at)


def verify(*, from_block: int = 1, by: Actor, at: datetime) -> Verdict:
    """Verify the chain from a block on; the verdict names the first bad block and event."""
    return sealed_checks.verify(chain=CHAIN, from_block=from_block, by=by, at=at)


def unsealed_age_s() -> int:
    """Return for how many seconds the oldest unsealed event has waited."""
    return chains.unsealed_age_s(CHAIN)


def note_epoch(*, reason: str, by: Actor, at: datetime) -> int:
    """Seal what the old epoch left, and write down why the new one was opened; return its number.

    The owner has opened it with `core_new_epoch()` before.
    """
    epoch = chains.current_epoch(CHAIN)
    seal(by=by, at=at)
    with db.unit(by=by, at=at, why="epoch"):
        audit.record(action="core.audit.open_epoch", subject="audit:chain", data={"epoch": epoch}, reason_text=reason)
    return epoch


def _seal_all(*, epoch: int | None, by: Actor, at: datetime) -> int:
    """Seal the current epoch, or what an ended one left."""
    total = 0
    while True:
        with db.unit(by=by, at=at, why="seal"):
            sealed = sealing.seal_next(chain=CHAIN) if epoch is None else sealing.close_epoch(chain=CHAIN, epoch=epoch)
        total += sealed
        if not sealed:
            return total
