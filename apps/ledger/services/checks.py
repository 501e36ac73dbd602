"""Running the invariants of the books, each in a transaction of its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from apps.core import db
from apps.core.actors import Actor
from apps.ledger.selectors import invariants

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Result:
    """One invariant and what breaks it, nothing when it holds."""

    code: str
    broken_by: list[Any]


def run(*, by: Actor, at: datetime) -> list[Result]:
    """Run every check of the books and log what is broken."""
    results = []
    for code, check in invariants.checks():
        with db.unit(by=by, at=at, why="invariants"):
            result = Result(code=code, broken_by=list(check()))
        if result.broken_by:
            _log.error("invariant_broken", code=code, broken_by=[str(one) for one in result.broken_by])
        results.append(result)
    return results
