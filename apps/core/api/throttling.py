"""How often a caller may ask: counters by scope in Redis, in windows of the clock."""

from dataclasses import dataclass
from datetime import datetime

import redis
import structlog
from django.conf import settings

from apps.core import store

_log = structlog.get_logger("strongroom.api")


@dataclass(frozen=True, slots=True)
class Count:
    """What a caller has used of a window: requests allowed and left, and seconds until the next window."""

    limit: int
    left: int
    reset_s: int
    is_over: bool

    def headers(self) -> dict[str, str]:
        """Return the headers that tell the caller."""
        named = {"Limit": self.limit, "Remaining": self.left, "Reset": self.reset_s}
        return {f"RateLimit-{name}": str(value) for name, value in named.items()}


def count(scope: str, caller: str, at: datetime) -> Count | None:
    """Count one request of a caller; None when Redis is away: a lost counter must not stop anybody's money."""
    limit, window_s = settings.THROTTLES[scope]
    window, passed = divmod(int(at.timestamp()), window_s)
    key = f"strongroom:throttle:{scope}:{caller}:{window}"
    try:
        used: int = store.command("INCR", key)
        if used == 1:
            store.client().expire(key, window_s)
    except redis.RedisError as error:
        _log.warning("throttle_uncounted", scope=scope, error=type(error).__name__)
        return None
    return Count(limit=limit, left=max(0, limit - used), reset_s=window_s - passed, is_over=used > limit)
