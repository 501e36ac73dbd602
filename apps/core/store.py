"""The one connection of a process to Redis, for counters, leases and flags whose loss loses no fact."""

from functools import cache
from threading import Lock
from typing import Any, Final

import redis
from django.conf import settings

_PATIENCE_S: Final = 1.0
_making: Final = Lock()


def client() -> redis.Redis:
    """Return the process's client, whose connections all threads share."""
    # Two threads that ask first would make two, and the one that is dropped ends connections of the other.
    with _making:
        return _client(settings.CACHES["default"]["LOCATION"])


def command(*words: str | int) -> Any:
    """Return the answer to a command in Redis's own words, for what every request asks.

    The client's methods check their options for longer than Redis takes to answer. Raises: RedisError.
    """
    return client().execute_command(*words)  # type: ignore[no-untyped-call]  # the library has no type for it


@cache
def _client(address: str) -> redis.Redis:
    return redis.Redis.from_url(address, socket_timeout=_PATIENCE_S, socket_connect_timeout=_PATIENCE_S)
