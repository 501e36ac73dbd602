"""The one way to the task queue.

Tasks are entrances: ids in, one service call. Apps publish topics; only core sends tasks.
"""

import inspect
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, Final

import structlog
from celery import Task, current_app, current_task, shared_task
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from apps.core import actors, clock, crypto, ids, store
from apps.core.errors import TimedOut, Unavailable

RETRIED: Final = (Unavailable, TimedOut, OperationalError, InterfaceError)
_log = structlog.get_logger(__name__)

_MAX_RETRIES: Final = 5
_MAX_WAIT_S: Final = 60
_NUDGE_S: Final = 2
_ENTRUSTED: Final = "core.jobs.entrusted"


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


def send_on_commit(name: str, *, to: str = "default", once: bool = False, **ids: Any) -> None:
    """Send a task once the open transaction has committed; a lost send is made good by the timed job of its queue.

    `once`: not while an equal task waits that `waiting_ended` has not seen start; it will see this commit's rows too.
    """

    def after_commit() -> None:
        if not once or store.command("SET", _flag(name, to), 1, "NX", "EX", _NUDGE_S):
            send(name, to=to, **ids)

    _on_commit(name, after_commit)


def entrust_on_commit(name: str, *, to: str, text: str, expires_in_s: int) -> None:
    """Send a task that must read a text which no table, task argument or log may hold, after the commit.

    The text lies sealed in Redis until it expires; the task gets its id as `secret`, for `entrusted` and `forget`.
    A send that is lost is not made good.
    """
    secret = str(ids.new())
    sealed = crypto.seal(crypto.process_key(_ENTRUSTED), text.encode(), crypto.place(_ENTRUSTED, secret))

    def after_commit() -> None:
        cache.set(_place(secret), sealed, timeout=expires_in_s)
        send(name, to=to, secret=secret)

    _on_commit(name, after_commit)


def entrusted(secret: str) -> str | None:
    """Return the text that a task was entrusted with; None once it has expired or was forgotten.

    Raises: unavailable while Redis is away.
    """
    try:
        sealed = cache.get(_place(secret))
    except RedisError as error:
        raise Unavailable from error
    if sealed is None:
        return None
    return crypto.open_(crypto.process_key(_ENTRUSTED), sealed, crypto.place(_ENTRUSTED, secret)).decode()


def forget(secret: str) -> None:
    """Drop a text that has served; what Redis does not hear of now expires there."""
    with suppress(RedisError):
        cache.delete(_place(secret))


def _on_commit(name: str, call: Callable[[], None]) -> None:
    def after_commit() -> None:
        try:
            call()
        except (RedisError, KombuError, OSError) as error:
            _log.warning("task_not_sent", task=name, error=str(error))

    transaction.on_commit(after_commit)  # noqa: TID251 - core alone sends tasks


def waiting_ended(name: str, *, to: str = "default") -> None:
    """Tell that a task sent with `once` begins to read, so that the next commit sends another."""
    store.client().delete(_flag(name, to))


def _place(secret: str) -> str:
    return f"entrusted:{secret}"


def _flag(name: str, to: str) -> str:
    return f"strongroom:job-waits:{name}:{to}"
