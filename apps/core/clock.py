"""The only reader of the system clock.

Entrances ask once per operation and pass the instant on as `at`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """Return the present instant in UTC."""
    return _frozen.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop the clock at `at` for the duration of a test."""
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)
