"""Writing down what staff looked at, and what they were refused."""

from datetime import datetime

from apps.core import audit, db
from apps.core.actors import Actor


def deny(*, route: str, method: str, by: Actor, at: datetime) -> None:
    """Write down that somebody asked for a page without the right. Order: audit."""
    with db.unit(by=by, at=at, why="deny"):
        audit.record(
            action="console.page.open", subject=by.id, data={"route": route, "method": method}, outcome="denied"
        )
