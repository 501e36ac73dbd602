"""Running calls at once, each on a connection of its own."""

import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from django.core.handlers.base import BaseHandler
from django.db import connection
from django.urls import get_resolver


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Start all calls at one moment and return, in their order, what each returned or raised."""
    _load()
    start = threading.Barrier(len(calls))
    outcomes: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            start.wait()
            outcomes[place] = call()
        except Exception as error:  # noqa: BLE001 - an outcome like any other
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@cache
def _load() -> None:
    """Load what the first request of a process loads: servers do so before they listen, clients of tests one each."""
    BaseHandler().load_middleware()
    _ = get_resolver().url_patterns


def until_somebody_waits(seconds: float = 10.0) -> None:
    """Return as soon as another connection waits for a lock of this one's open transaction."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)) LIMIT 1"
            )
            if cursor.fetchone():
                return
        time.sleep(0.005)
    message = "nobody waits for a lock"
    raise TimeoutError(message)
