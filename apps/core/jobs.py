"""The one way to the task queue.

Tasks are entrances: ids in, one service call. Apps publish topics; only core sends tasks.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import structlog
from celery import Task, current_app, current_task, shared_task
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from apps.core import actors, clock
from apps.core.errors import TimedOut, Unavailable

RETRIED: Final = (Unavailable, TimedOut, OperationalError, InterfaceError)
_log = structlog.get_logger(__name__)

_MAX_RETRIES: Final = 5
_MAX_WAIT_S: Final = 60
_NUDGE_S: Final = 2


def job(name: str) -> Callable[[Callable[..., None]], Task[Any, Any]]:
    """Register a task under the name `app.noun.verb`, never re-used.

    The function takes keyword-only ids, `by` (the actor `system:<name>`) and `at` (now). Unknown arguments of older
    messages are ignored. Only what may pass by itself (a partner or the database away) is tried again, five times with
    growing waits.
    """

    def register(function: Callable[..., None]) -> Task[Any, Any]:
        known = frozenset(inspect.signature(function).parameters) - {"by", "at"}

        @wraps(function)
        def run(**ids: Any) -> None:
            by = actors.system(name, request_id=str(current_task.request.id or "") if current_task else "")
            with structlog.contextvars.bound_contextvars(task=name, request_id=by.via.request_id):
                function(**{key: value for key, value in ids.items() if key in known}, by=by, at=clock.now())

        task: Task[Any, Any] = shared_task(
            name=name,
            autoretry_for=RETRIED,
            max_retries=_MAX_RETRIES,
            retry_backoff=True,
            retry_backoff_max=_MAX_WAIT_S,
            retry_jitter=True,
        )(run)
        return task

    return register


def send(name: str, *, to: str = "default", **ids: Any) -> None:
    """Send a task to the queue `to` at once."""
    current_app.send_task(name, kwargs=ids, queue=to, ignore_result=True, retry=False)


def send_on_commit(
    name: str, *, to: str = "default", once: bool = False, first: Callable[[], None] | None = None, **ids: Any
) -> None:
    """Send a task once the open transaction has committed; a lost send is made good by the timed job of its queue.

    `once`: not while an equal task waits that `waiting_ended` has not seen start; it will see this commit's rows too.
    `first` runs before the send, and keeps in Redis what the task needs and no table may hold.
    """

    def after_commit() -> None:
        try:
            if first is not None:
                first()
            if not once or cache.add(_flag(name, to), 1, timeout=_NUDGE_S):
                send(name, to=to, **ids)
        except (RedisError, KombuError, OSError) as error:
            _log.warning("task_not_sent", task=name, error=str(error))

    transaction.on_commit(after_commit)  # noqa: TID251 - core alone sends tasks


def waiting_ended(name: str, *, to: str = "default") -> None:
    """Tell that a task sent with `once` begins to read, so that the next commit sends another."""
    cache.delete(_flag(name, to))


def _flag(name: str, to: str) -> str:
    return f"job-waits:{name}:{to}"
