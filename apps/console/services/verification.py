"""Proving on request that the audit was not altered."""

from datetime import datetime
from typing import Final

from apps.core import audit, db
from apps.core.actors import Actor
from apps.core.selectors import audit_log
from apps.core.services import audit_blocks
from apps.core.services.sealed_checks import Verdict

NEWEST: Final = 200
"""Blocks that a page reads again; the nightly job reads all."""


def newest(*, by: Actor, at: datetime) -> Verdict:
    """Verify the newest blocks and what waits behind them; who asked and what was found is written down."""
    last = audit_log.blocks().values_list("seq", flat=True).first() or 0
    first = max(1, last - NEWEST + 1)
    verdict = audit_blocks.verify(from_block=first, by=by, at=at)
    data = {"from": first, "blocks": verdict.blocks, "rows": verdict.rows, "is_whole": verdict.fault is None}
    with db.unit(by=by, at=at, why="verify"):
        audit.record(action="console.audit.verify", subject="audit:chain", data=data)
    return verdict
