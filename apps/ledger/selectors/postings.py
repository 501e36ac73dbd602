"""What a posting says, and how that is hashed: pure, shared by the service that writes and the checks that read."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Final
from uuid import UUID

from apps.core.money import Money
from apps.ledger.enums import Mode, Side

LARGEST: Final = 2**53 - 1
"""The largest amount of a line: exact in every JSON client."""
META_MAX_BYTES: Final = 1_024

MEASURED: Final = (Mode.EXACT, Mode.UP_TO)
"""The modes of lines that name an amount."""

Meta = Mapping[str, str | int | bool]

_REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}", re.ASCII)
_ESCAPES: Final = str.maketrans({mark: f"\\{mark}" for mark in "\\|;,~"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a posting: an account (`lac`), a positive amount and the side.

    With the modes `all` and `rest` the amount is 0, and the ledger decides it. `expect_version` and `min_available` say
    what the posting must meet: the account's version before it, and at least so much available.
    """

    account: UUID
    money: Money
    side: Side
    mode: Mode = Mode.EXACT
    expect_version: int | None = None
    min_available: int | None = None

    @property
    def signed(self) -> int:
        """Return the amount as it is stored: credit positive, debit negative. 1 or -1 where the ledger decides it."""
        return Side(self.side).sign * (self.money.amount if self.mode in MEASURED else 1)

    @property
    def plain(self) -> bool:
        """Tell whether the line moves exactly its amount, whatever it meets."""
        return self.mode == Mode.EXACT and self.expect_version is None and self.min_available is None


@dataclass(frozen=True, slots=True)
class Capture:
    """What a posting takes from a hold (`hld`): `amount` minor units, which its debit on the hold's account includes.

    The whole debit when absent. What is left of the hold after a final capture is released.
    """

    hold: UUID
    amount: int | None = None
    final: bool = True


@dataclass(frozen=True, slots=True)
class Leg:
    """One line as the database takes it: the account's number and a signed amount."""

    account: int
    amount: int
    asset: str
    mode: Mode = Mode.EXACT
    expect_version: int | None = None
    min_available: int | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """One posting, ready for the database; legs in the caller's order, which is part of its content."""

    key: str
    kind: int
    subject: str
    legs: tuple[Leg, ...]
    effective_on: date | None = None
    reverses: UUID | None = None
    reason: str | None = None
    meta: Meta | None = None
    capture: Capture | None = None


def line(
    account: UUID,
    money: Money,
    side: Side,
    mode: Mode = Mode.EXACT,
    *,
    expect_version: int | None = None,
    min_available: int | None = None,
) -> Line:
    """Return a line of a posting."""
    return Line(account, money, side, mode, expect_version, min_available)


def posting_key(subject: str, transition: str, sequence: int = 0) -> str:
    """Return the key of a posting, from the caller's own row (typed id) and state move: the same act, the same key."""
    return f"{subject}:{transition}:{sequence}"


def key_id(key: str) -> UUID:
    """Return the form in which a key is stored: the first 16 bytes of its SHA-256."""
    return UUID(bytes=hashlib.sha256(key.encode()).digest()[:16])


def digest(posting: Posting) -> bytes:
    """Return the SHA-256 of what a posting says: not its id, instant or actor."""
    return hashlib.sha256(_canonical(posting).encode()).digest()


def meta_text(meta: Meta) -> str:
    """Return facts beside a posting as the database spells them."""
    return json.dumps(dict(meta), ensure_ascii=False)


def meta_of(text: str) -> Meta:
    """Return the facts that the database spells."""
    facts: Meta = json.loads(text)
    return facts


def readings(posting: Posting) -> Iterator[Posting]:
    """Yield what a caller may have asked for so that just this was posted: words that say the default may be absent."""
    captures: list[Capture | None] = [None]
    if posting.capture is not None:
        hold, amount = posting.capture.hold, posting.capture.amount
        captures = [Capture(hold, said, final) for said in (None, amount) for final in (True, False)]
    for effective_on, capture in product((None, posting.effective_on), captures):
        yield replace(posting, effective_on=effective_on, capture=capture)


def is_reference(text: object) -> bool:
    """Tell whether a text is a typed id or a code: 1 to 80 characters without spaces."""
    return isinstance(text, str) and _REFERENCE.fullmatch(text) is not None


def _canonical(posting: Posting) -> str:
    """Return the fields in a fixed order; absent ones are `~`, so that no value can move into its neighbour's place."""
    meta = None if posting.meta is None else json.dumps(dict(posting.meta), sort_keys=True, ensure_ascii=False)
    fields = (posting.kind, posting.effective_on, posting.reverses, posting.subject, posting.reason, meta)
    legs = ";".join(f"{leg.account},{field(leg.asset)},{leg.amount},{leg.mode}" for leg in posting.legs)
    return "|".join(["P1", *map(field, fields), legs, *_captured(posting.capture)])


def _captured(capture: Capture | None) -> list[str]:
    return [] if capture is None else [f"{capture.hold},{field(capture.amount)},{capture.final:d}"]


def field(value: object) -> str:
    """Return a value as canonical texts have it; an absent one is `~`, and marks inside a text are escaped."""
    return "~" if value is None else str(value).translate(_ESCAPES)
