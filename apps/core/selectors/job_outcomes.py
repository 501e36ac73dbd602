"""Which timed jobs are behind."""

from datetime import datetime, timedelta

from apps.core import ids
from apps.core.models import JobOutcome


def overdue(*, at: datetime) -> list[str]:
    """Return the timed jobs that failed last, or ended longer ago than their maximum age.

    One that never ran counts from the day it was put on the schedule.
    """
    rows = JobOutcome.objects.order_by("job").values_list("job", "outcome", "last_finished_at", "id", "max_age_s")
    return [
        job
        for job, outcome, ended_at, key, age_s in rows
        if outcome == "failed" or (ended_at or ids.time_of(key)) + timedelta(seconds=age_s) < at
    ]
