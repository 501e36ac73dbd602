"""Outcomes of timed jobs: each is known from the day it is on the schedule, and what left the schedule stops."""

from datetime import UTC, datetime, timedelta

import pytest
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from apps.core import actors
from apps.core.models import JobOutcome
from apps.core.selectors.job_outcomes import overdue
from apps.core.services import job_outcomes

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY = actors.system("test")
AGES = {"core.a.run": timedelta(minutes=1), "p2p.b.run": timedelta(hours=26)}

pytestmark = pytest.mark.django_db


def sync(ages=AGES):
    job_outcomes.sync(max_ages=ages, by=BY, at=AT)


def record(job="core.a.run", seconds=0, **options):
    at = AT + timedelta(seconds=seconds)
    job_outcomes.record(job=job, started_at=at - timedelta(seconds=1), by=BY, at=at, **options)


def rows():
    return list(JobOutcome.objects.order_by("job").values_list("job", "owner_app", "max_age_s", "outcome"))


def test_every_job_of_the_schedule_has_a_row():
    sync()
    sync()

    assert rows() == [("core.a.run", "core", 60, ""), ("p2p.b.run", "p2p", 93600, "")]


def test_a_changed_age_is_taken_over():
    sync()
    record()

    sync({"core.a.run": timedelta(minutes=5)})

    assert rows()[0] == ("core.a.run", "core", 300, "done")


def test_what_left_the_schedule_is_disabled_and_a_paused_job_stays_paused():
    every = IntervalSchedule.objects.create(every=5, period="seconds")
    for name, enabled in (("core.a.run", True), ("p2p.b.run", False), ("core.old.run", True)):
        PeriodicTask.objects.create(name=name, task=name, interval=every, enabled=enabled)

    sync()

    assert dict(PeriodicTask.objects.values_list("name", "enabled")) == {
        "core.a.run": True,
        "p2p.b.run": False,
        "core.old.run": False,
    }


def test_the_last_outcome_is_kept():
    sync()
    record()
    record(seconds=10, error="Conflict: taken")

    row = JobOutcome.objects.get(job="core.a.run")
    assert (row.outcome, row.error) == ("failed", "Conflict: taken")
    assert (row.last_started_at, row.last_finished_at) == (AT + timedelta(seconds=9), AT + timedelta(seconds=10))


def test_equal_outcomes_within_a_second_are_one_write():
    sync()
    record()
    record(seconds=0.5)
    assert JobOutcome.objects.get(job="core.a.run").last_finished_at == AT

    record(seconds=0.6, error="Conflict")
    assert JobOutcome.objects.get(job="core.a.run").outcome == "failed"


def test_other_jobs_are_not_noted():
    record(job="core.unknown.run")

    assert rows() == []


def test_overdue_jobs_are_named():
    sync()
    record()
    record(job="p2p.b.run", seconds=-100_000)

    assert overdue(at=AT + timedelta(seconds=59)) == ["p2p.b.run"]
    assert overdue(at=AT + timedelta(seconds=61)) == ["core.a.run", "p2p.b.run"]


def test_a_job_that_failed_is_overdue_at_once():
    sync()
    record(error="Conflict")

    assert overdue(at=AT) == ["core.a.run"]


def test_a_job_that_never_ran_is_overdue_after_its_age_on_the_schedule():
    sync()

    assert overdue(at=AT + timedelta(seconds=59)) == []
    assert overdue(at=AT + timedelta(seconds=61)) == ["core.a.run"]
