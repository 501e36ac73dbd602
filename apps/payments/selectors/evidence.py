"""What the partner last said of a payment, and whether a person may rest a decision on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from apps.core.actors import Actor
from apps.partners.enums import OutcomeKind
from apps.partners.selectors import attempts
from apps.payments.enums import (
    CHARGE,
    NO_SUCH_PAYMENT,
    READ,
    SEARCH,
    SEVERAL_PAYMENTS,
    UNKNOWN,
    Finding,
    Permission,
)
from apps.payments.models import TopUp
from apps.workflow import selectors as workflow

KEY_KEPT: Final = timedelta(hours=23)
"""How long the partner surely remembers a key (it promises a day); until then the ladder may charge under it."""
FRESH: Final = timedelta(hours=1)
"""How old a reading may be on which somebody decides."""

_BY_CODE: Final = {
    "succeeded": Finding.TAKEN,
    "processing": Finding.UNDER_WAY,
    "requires_action": Finding.UNDER_WAY,
    NO_SUCH_PAYMENT: Finding.NOTHING,
    SEVERAL_PAYMENTS: Finding.SEVERAL,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The newest reading of a payment and what it says; `proves_nothing_taken` only where it alone is enough."""

    finding: Finding
    reading: Any = None
    proves_nothing_taken: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A top-up with what the partner last said of it."""

    row: TopUp
    evidence: Evidence

    @property
    def ref(self) -> str:
        """Return the typed id of the top-up."""
        return self.row.ref


def seen(top_up: TopUp, *, at: datetime) -> Seen:
    """Return a top-up with its evidence."""
    return Seen(top_up, of(top_up, at=at))


@dataclass(frozen=True, slots=True)
class Work:
    """The work about a payment without an outcome, whether the caller holds it, and the reasons to end it."""

    item: Any
    is_mine: bool
    reasons: list[Any]


def calls(subject: str = "") -> QuerySet[Any]:
    """Return the calls about a subject (typed id), or all. The caller orders them."""
    return attempts.listed(subject)


def call(attempt: UUID) -> Any:
    """Return one call. Raises: not_found."""
    return attempts.by_id(attempt)


def work_of(top_up: TopUp, *, by: Actor) -> Work | None:
    """Return the work that waits, or is being done, about a top-up."""
    item = workflow.live_of(top_up, queue=UNKNOWN.code)
    if item is None:
        return None
    is_mine = workflow.claimed_by(by.id).filter(pk=item.pk).exists()
    return Work(item, is_mine, list(workflow.reasons(Permission.ATTEMPT_RESOLVE.value)) if is_mine else [])


def of(top_up: TopUp, *, at: datetime) -> Evidence:
    """Return what the partner last said of a top-up.

    That the partner knows of no payment proves that none was taken once the key of the charge is forgotten, because
    nothing can follow then; the reading must be younger than an hour, and made after that.
    """
    rows = attempts.of_subject(top_up.ref)
    read = [row for row in rows if row.operation in (READ, SEARCH) and row.outcome is not None]
    if not read:
        return Evidence(Finding.NOT_READ)
    newest = read[-1]
    finding = _finding(newest)
    return Evidence(finding, newest, finding == Finding.NOTHING and _is_enough(newest, rows, at))


def _finding(reading: Any) -> Finding:
    if reading.outcome == OutcomeKind.DECLINED:
        return Finding.DECLINED
    return _BY_CODE.get(reading.code or "", Finding.UNCLEAR)


def _is_enough(reading: Any, rows: list[Any], at: datetime) -> bool:
    charges = [row for row in rows if row.operation == CHARGE]
    is_over = all(row.outcome is not None and row.pk < reading.pk for row in charges)
    key_ends = charges[0].prepared_at + KEY_KEPT
    return is_over and reading.prepared_at >= key_ends and at - reading.prepared_at <= FRESH
