"""Units of tests: who acts in them, and how one stands for several."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from apps.core import clock, db
from apps.core.actors import Actor, Via

PROVER: Final = Actor(
    kind="staff",
    id="usr_prover",
    label="Prover",
    human_id="hum_prover",
    via=Via(door="console", request_id="019d0000-0000-7000-8000-000000000001"),
)
WHY: Final = "proof"


@contextmanager
def unit(by: Actor = PROVER, why: str = WHY) -> Iterator[db.Unit]:
    """Open a unit of now."""
    with db.unit(by=by, at=clock.now(), why=why) as opened:
        yield opened


def later() -> None:
    """Let the open unit lock from the lowest rank again, as the next unit of a story would.

    Factories call it between two services that real callers never call in one unit.
    """
    db.current().rank = -1
