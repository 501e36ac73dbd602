"""The Celery application and the schedule of timed jobs, all of them.

Beat writes the schedule into its table at each start; a job that was paused there stays paused.
"""

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from celery import Celery, signals
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


@dataclass(frozen=True, slots=True)
class Timed:
    """When a job runs, and how old its last success may be before that is an alarm."""

    schedule: timedelta | crontab
    max_age: timedelta
    queue: str = "default"


SCHEDULE: Final[dict[str, Timed]] = {
    "core.outbox.sweep": Timed(timedelta(seconds=5), timedelta(minutes=1)),
    "notifications.deliveries.sweep": Timed(timedelta(seconds=15), timedelta(minutes=2)),
    "payments.top_ups.question": Timed(timedelta(minutes=1), timedelta(minutes=5)),
    "payments.unknown.escalate": Timed(timedelta(minutes=1), timedelta(minutes=5)),
    "core.audit.seal": Timed(timedelta(seconds=10), timedelta(minutes=2)),
    # Where `follow_ledger` runs as a process of its own, it finds nothing to do.
    "ledger.follower.pass": Timed(timedelta(seconds=5), timedelta(minutes=1)),
    # A hold that is over counts as held until this has ended it.
    "ledger.holds.expire": Timed(timedelta(minutes=1), timedelta(minutes=5)),
    "helpdesk.chats.find_unread": Timed(timedelta(seconds=30), timedelta(minutes=5)),
    # A chat whose agent has gone waits no longer than its lease and this.
    "workflow.leases.sweep": Timed(timedelta(seconds=10), timedelta(minutes=5)),
    "core.partitions.ensure": Timed(crontab(minute=20, hour=3), timedelta(hours=26)),
    "ledger.partitions.ensure": Timed(crontab(minute=30, hour=3), timedelta(hours=26)),
    # Before the nightly checks, which compare every anchor with the chain.
    "ledger.chain.anchor": Timed(crontab(minute=50, hour=3), timedelta(hours=26)),
    "core.idempotency.trim": Timed(crontab(minute=40, hour=3), timedelta(hours=26)),
    "core.invariants.check": Timed(crontab(minute=10, hour=4), timedelta(hours=26), queue="bulk"),
}

app: Final = Celery("strongroom", task_cls="apps.core.tasks:RecordedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    name: {
        "task": name,
        "schedule": timed.schedule,
        # A waiting run is worthless once the next one is due.
        "options": {"queue": timed.queue, "expires": min(timed.max_age.total_seconds(), 3600.0)},
    }
    for name, timed in SCHEDULE.items()
}


@signals.worker_init.connect  # type: ignore[untyped-decorator]
def _allow_longer_statements(**_: Any) -> None:
    """Give background work 60 s a statement; requests keep 5 s."""
    from django.db import connections  # noqa: PLC0415 - app-ready

    options = connections.settings["default"]["OPTIONS"]
    options["options"] = options["options"].replace("statement_timeout=5s", "statement_timeout=60s")


@signals.beat_init.connect  # type: ignore[untyped-decorator]
def _sync_schedule(**_: Any) -> None:
    """Disable the rows of jobs that have left the schedule, and note every job's maximum age."""
    from apps.core import actors, clock  # noqa: PLC0415 - app-ready
    from apps.core.services import job_outcomes  # noqa: PLC0415 - app-ready

    ages = {name: timed.max_age for name, timed in SCHEDULE.items()}
    job_outcomes.sync(max_ages=ages, by=actors.system("core.jobs.sync"), at=clock.now())
