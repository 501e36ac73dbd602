"""The promises about all rows, checked by night and by `make invariants`.

Each app configuration may have `invariants()`: pairs of a code and a function that returns what breaks it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from django.apps import apps
from django.db import connection

from apps.core import db, history
from apps.core.actors import Actor
from apps.core.errors import Unavailable
from apps.core.selectors import histories, partitions, rights
from apps.core.services import audit_blocks

_STATEMENT_LIMIT: Final = "10min"
_log = structlog.get_logger(__name__)

Check = Callable[[], list[Any]]


class InvariantsBroken(Unavailable):
    """Something that must always hold does not."""

    code = "invariants_broken"
    title = "Invariants broken"


@dataclass(frozen=True, slots=True)
class Result:
    """One promise and what breaks it, nothing when it holds."""

    code: str
    broken_by: list[Any]


def check_all(*, by: Actor, at: datetime) -> list[Result]:
    """Run the checks of every app, each in a transaction of its own, and log what is broken."""
    results = []
    for config in apps.get_app_configs():
        for code, check in getattr(config, "invariants", list)():
            with db.unit(by=by, at=at, why="invariants"):
                with connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL statement_timeout = '{_STATEMENT_LIMIT}'")
                result = Result(code=code, broken_by=list(check()))
            if result.broken_by:
                _log.error("invariant_broken", code=code, broken_by=[str(one) for one in result.broken_by])
            results.append(result)
    return results


def require_all(*, by: Actor, at: datetime) -> None:
    """Run all checks. Raises: invariants_broken naming the codes."""
    broken = [result.code for result in check_all(by=by, at=at) if result.broken_by]
    if broken:
        raise InvariantsBroken(", ".join(broken), codes=broken)


def of_core() -> list[tuple[str, Check]]:
    """Return core's own checks: history, audit chain, roles, partitions."""
    return [
        ("core.history.versions", lambda: _of_history(histories.gaps)),
        ("core.history.latest", lambda: _of_history(histories.differences)),
        ("core.audit.chain", _of_audit),
        ("core.roles", rights.faults),
        ("core.partitions", partitions.filled_defaults),
    ]


def _of_history(check: Callable[[Any], list[str]]) -> list[Any]:
    return [f"{model._meta.label} {key}" for model in history.models_with_history() for key in check(model)]


def _of_audit() -> list[Any]:
    unit = db.current()
    verdict = audit_blocks.verify(by=unit.by, at=unit.at)
    return [verdict.fault] if verdict.fault else []
