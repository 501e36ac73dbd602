"""Where the chain of audit blocks stands."""

from dataclasses import dataclass
from datetime import datetime

from apps.core.selectors import audit_log
from apps.core.services import audit_blocks


@dataclass(frozen=True, slots=True)
class State:
    """The newest block, and for how many seconds the oldest unsealed event has waited. `seq` is 0 before the first."""

    seq: int
    sealed_at: datetime | None
    unsealed_s: int


def state() -> State:
    """Return where the chain stands."""
    newest = audit_log.blocks().first()
    seq, sealed_at = (newest.seq, newest.sealed_at) if newest else (0, None)
    return State(seq, sealed_at, audit_blocks.unsealed_age_s())
