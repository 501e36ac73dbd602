"""Timed work of core, and the class that all tasks of the project share."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import Task
from django.db import InterfaceError, OperationalError

from apps.core import actors, clock, jobs, redact
from apps.core.actors import Actor
from apps.core.services import audit_blocks, dispatch, idempotency, invariants, job_outcomes, partitions

_log = structlog.get_logger(__name__)

_KEEP_ANSWERS = timedelta(days=30)
_TRIM_BATCH = 10_000


class RecordedTask(Task):  # type: ignore[misc]  # Celery ships no types
    """A task whose last outcome is kept when it is on the schedule."""

    abstract = True

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        del task_id, args, kwargs
        self.request.started_at = clock.now()

    def on_success(self, retval: Any, task_id: str, args: Any, kwargs: Any) -> None:
        del retval, task_id, args, kwargs
        self._record("")

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        del task_id, args, kwargs, einfo
        self._record(f"{type(exc).__name__}: {redact.text(str(exc))}")

    def _record(self, error: str) -> None:
        if self.name not in self.app.conf.beat_schedule:
            return
        at = clock.now()
        started_at = getattr(self.request, "started_at", at)
        try:
            job_outcomes.record(job=self.name, started_at=started_at, error=error, by=actors.system(self.name), at=at)
        except (OperationalError, InterfaceError):
            # The database is away: what the task itself met is the news, and the job's age tells the rest.
            _log.exception("job_outcome_not_kept", task=self.name)


@jobs.job("core.outbox.dispatch")
def dispatch_queue(*, queue: str = "default", by: Actor, at: datetime) -> None:
    del by, at
    dispatch.drain(queue=queue)


@jobs.job("core.outbox.sweep")
def sweep_outbox(*, by: Actor, at: datetime) -> None:
    dispatch.sweep(by=by, at=at)


@jobs.job("core.audit.seal")
def seal_audit(*, by: Actor, at: datetime) -> None:
    audit_blocks.seal(by=by, at=at)


@jobs.job("core.partitions.ensure")
def ensure_partitions(*, by: Actor, at: datetime) -> None:
    partitions.ensure(by=by, at=at)


@jobs.job("core.idempotency.trim")
def trim_answers(*, by: Actor, at: datetime) -> None:
    idempotency.trim(before=at - _KEEP_ANSWERS, limit=_TRIM_BATCH, by=by, at=at)


@jobs.job("core.invariants.check")
def check_invariants(*, by: Actor, at: datetime) -> None:
    invariants.require_all(by=by, at=at)
