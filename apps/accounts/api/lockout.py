"""Attempts of staff to sign in, counted by person and place: each failure after some doubles the wait.

Counted together, so that nobody elsewhere can keep a person out; each place is bounded besides, whoever it asks for.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from apps.core import actors, crypto
from apps.core.api import throttling
from apps.core.api.middleware import frame_of

FREE: Final = 5
"""Failures that cost nothing."""

_LONGEST_S: Final = 900
_KEPT_S: Final = 3_600
_SCOPE: Final = "sign_in"
_log = structlog.get_logger("strongroom.sign_in")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: for whom, from where, when."""

    who: str
    place: str
    at: datetime

    @property
    def key(self) -> str:
        return f"sign-in:{crypto.fingerprint('sign_in', f'{self.who} {self.place}').hex()}"


def attempt(request: HttpRequest, who: str) -> Attempt:
    """Return an attempt for somebody, as they are named: an address in one form, or a typed id."""
    frame = frame_of(request)
    return Attempt(who, actors.network(frame.META.get("REMOTE_ADDR", "")), frame.at)


def wait_s(made: Attempt) -> int:
    """Return the seconds until this attempt would be looked at; 0 for now. While Redis is away nothing is counted."""
    counted = throttling.count(_SCOPE, made.place, made.at)
    if counted is not None and counted.is_over:
        return counted.reset_s
    try:
        until: int = cache.get(f"{made.key}:until", 0)
    except RedisError as error:
        _log.warning("attempts_uncounted", error=type(error).__name__)
        return 0
    return max(0, until - int(made.at.timestamp()))


def failed(made: Attempt) -> None:
    """Count a failure."""
    try:
        cache.add(made.key, 0, _KEPT_S)
        over = cache.incr(made.key) - FREE
        if over >= 0:
            wait = min(2**over, _LONGEST_S)
            cache.set(f"{made.key}:until", int(made.at.timestamp()) + wait, _KEPT_S)
    except (RedisError, ValueError) as error:
        _log.warning("attempts_uncounted", error=type(error).__name__)


def forget(made: Attempt) -> None:
    """Forget the failures of somebody who got in."""
    try:
        cache.delete_many([made.key, f"{made.key}:until"])
    except RedisError as error:
        _log.warning("attempts_uncounted", error=type(error).__name__)
