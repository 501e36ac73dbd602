"""Keeping the last outcome of each timed job: a job that did not run is as visible as one that failed."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Q
from django_celery_beat.models import PeriodicTask, PeriodicTasks

from apps.core import db, ids
from apps.core.actors import Actor
from apps.core.models import JobOutcome

_ERROR_LENGTH = 500
# A job that is sent often, and by commits besides, is written down once a second at most.
_RESOLUTION = timedelta(seconds=1)


def sync(*, max_ages: Mapping[str, timedelta], by: Actor, at: datetime) -> None:
    """Note every timed job with its maximum age, and disable the rows of the scheduler that are none of them.

    A paused job stays paused.
    """
    with db.unit(by=by, at=at, why="schedule"):
        known = {row.job: row for row in JobOutcome.objects.filter(job__in=max_ages).order_by("pk")}
        db.lock(JobOutcome, *(row.pk for row in known.values()))
        for name, age in max_ages.items():
            seconds = int(age.total_seconds())
            row = known.get(name)
            if row is None:
                JobOutcome(id=ids.new(at), job=name, owner_app=name.partition(".")[0], max_age_s=seconds).save()
            else:
                JobOutcome.objects.filter(pk=row.pk).update(max_age_s=seconds)
        if PeriodicTask.objects.filter(enabled=True).exclude(name__in=max_ages).update(enabled=False):
            PeriodicTasks.update_changed()


def record(*, job: str, started_at: datetime, error: str = "", by: Actor, at: datetime) -> None:
    """Note how a run of a timed job ended at `at`; `error` is empty for a success. Other jobs are not noted."""
    outcome = "failed" if error else "done"
    with db.unit(by=by, at=at, why="job"):
        stale = Q(last_finished_at__isnull=True) | Q(last_finished_at__lte=at - _RESOLUTION) | ~Q(outcome=outcome)
        found = JobOutcome.objects.filter(stale, job=job)
        rows = db.lock(JobOutcome, *found.values_list("pk", flat=True))
        JobOutcome.objects.filter(pk__in=[row.pk for row in rows]).update(
            last_started_at=started_at, last_finished_at=at, outcome=outcome, error=error[:_ERROR_LENGTH]
        )
