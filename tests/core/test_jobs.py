"""Tasks: named, forgiving about arguments, and sent once for what one run will see anyway."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from celery import current_app
from celery.exceptions import Retry
from django.db import OperationalError

from apps.core import actors, clock, db, jobs
from apps.core.errors import Conflict, TimedOut, Unavailable
from apps.core.models import JobOutcome
from apps.core.services import job_outcomes
from config.celery import SCHEDULE, app

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY = actors.system("test")


@pytest.fixture
def name():
    return f"core.test.{uuid4().hex}"


def waiting(queue):
    """Return how many tasks wait in a queue of the broker."""
    with current_app.connection_for_read() as connection:
        return connection.default_channel.client.llen(queue)


def test_a_job_gets_its_arguments_an_actor_and_the_instant(name):
    seen = []

    @jobs.job(name)
    def run(*, thing, by, at):
        seen.append((thing, by.id, by.via.door, at))

    with clock.frozen(AT):
        run.apply(kwargs={"thing": "thg_1"}, throw=True)

    assert run.name == name
    assert seen == [("thg_1", f"system:{name}", "task", AT)]


def test_arguments_of_another_release_are_ignored_and_defaults_hold(name):
    seen = []

    @jobs.job(name)
    def run(*, thing="none", by, at):
        seen.append(thing)

    run.apply(kwargs={"future": 1, "by": "mallory", "at": "never"}, throw=True)

    assert seen == ["none"]


@pytest.mark.parametrize("failure", [Unavailable(), TimedOut(), OperationalError("gone")])
def test_what_may_pass_is_tried_again(name, failure):
    @jobs.job(name)
    def run(*, by, at):
        raise failure

    result = run.apply()

    assert result.state == "FAILURE"
    assert result.result is failure
    with pytest.raises((Retry, type(failure))):
        run.apply(throw=True)


def test_a_refusal_is_not_tried_again(name):
    runs = []

    @jobs.job(name)
    def run(*, by, at):
        runs.append(1)
        raise Conflict

    run.apply()

    assert runs == [1]


@pytest.mark.django_db
def test_a_task_is_sent_after_the_commit_alone(name, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        with db.unit(by=BY, at=AT):
            jobs.send_on_commit("core.test.any", to=name)
        assert waiting(name) == 0

    assert waiting(name) == 1


@pytest.mark.django_db
def test_commits_before_its_start_share_one_task(name, django_capture_on_commit_callbacks):
    def commit():
        with django_capture_on_commit_callbacks(execute=True), db.unit(by=BY, at=AT):
            jobs.send_on_commit("core.test.any", to=name, once=True)

    commit()
    commit()
    assert waiting(name) == 1
    jobs.waiting_ended("core.test.any", to=name)
    commit()

    assert waiting(name) == 2


@pytest.mark.django_db
def test_a_broker_that_is_away_does_not_fail_the_request(name, settings, django_capture_on_commit_callbacks):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock"}}

    with django_capture_on_commit_callbacks(execute=True), db.unit(by=BY, at=AT):
        jobs.send_on_commit("core.test.any", to=name, once=True)

    assert waiting(name) == 0


def test_every_timed_job_is_a_task():
    app.loader.import_default_modules()

    assert {name for name in SCHEDULE if name not in app.tasks} == set()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} == set(SCHEDULE)


@pytest.mark.django_db
def test_the_outcome_of_a_timed_job_is_kept(name, monkeypatch):
    monkeypatch.setitem(app.conf.beat_schedule, name, {})
    fails = []

    @jobs.job(name)
    def run(*, by, at):
        if fails:
            raise fails[0]

    job_outcomes.sync(max_ages={name: SCHEDULE["core.audit.seal"].max_age}, by=BY, at=AT)
    run.apply(throw=True)
    first = JobOutcome.objects.get(job=name)
    fails.append(Conflict("taken by ana@example.com"))
    run.apply()
    second = JobOutcome.objects.get(job=name)

    assert (first.outcome, first.error, first.owner_app, first.max_age_s) == ("done", "", "core", 120)
    assert first.last_started_at <= first.last_finished_at
    assert second.outcome == "failed"
    assert second.error.startswith("Conflict: ")
    assert "ana@" not in second.error


@pytest.mark.django_db
def test_a_task_that_is_not_timed_keeps_no_outcome(name):
    job_outcomes.sync(max_ages={name: timedelta(minutes=1)}, by=BY, at=AT)

    @jobs.job(name)
    def run(*, by, at):
        pass

    run.apply(throw=True)

    assert JobOutcome.objects.get(job=name).last_finished_at is None
