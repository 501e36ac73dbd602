"""What acts on holds say, how that is hashed, and what became of them: pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from apps.ledger.enums import HoldAct, HoldKind, PostingStatus
from apps.ledger.selectors import postings

TOLERANCE_MAX_BPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Placing:
    """A hold that is to be placed on the account of this number: minor units of its asset."""

    hold: UUID
    key: str
    account: int
    asset: str
    amount: int
    kind: HoldKind
    reason: str
    subject: str
    tolerance_bps: int
    expires_at: datetime | None

    def values(self) -> list[Any]:
        """Return the arguments up to the instant. The id is not hashed, like that of a transaction."""
        said = (
            *(self.account, self.asset, self.amount, str(self.kind), self.reason, self.subject),
            *(self.tolerance_bps, self.expires_at),
        )
        return [self.hold, postings.key_id(self.key), _digest(HoldAct.PLACED, *said), *said]


@dataclass(frozen=True, slots=True)
class HoldChange:
    """What is to happen to an open hold: another amount, another end, or its release."""

    act: HoldAct
    hold: UUID
    key: str
    reason: str
    amount: int | None = None
    asset: str | None = None
    until: datetime | None = None

    def values(self) -> list[Any]:
        """Return the arguments up to the instant."""
        said = (self.amount, self.asset, self.until, self.reason)
        return [str(self.act), self.hold, postings.key_id(self.key), _digest(self.act, self.hold, *said), *said]


class HoldResult(NamedTuple):
    """What an act left behind: the hold, its event, and in minor units what is left of it and of its account."""

    status: PostingStatus
    hold: UUID
    event: UUID
    amount: int
    remaining: int
    held: int
    available: int
    at: datetime


def _digest(act: HoldAct, *said: Any) -> bytes:
    """Return the SHA-256 of what an act says; an instant counts as it is, in whatever zone it was written."""
    fields = (value.timestamp() if isinstance(value, datetime) else value for value in said)
    return hashlib.sha256("|".join(["H1", str(act), *map(postings.field, fields)]).encode()).digest()
