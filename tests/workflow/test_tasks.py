"""The timed job."""

import pytest

from apps.workflow import tasks
from config.celery import SCHEDULE

pytestmark = pytest.mark.django_db


def test_the_sweep_runs_every_ten_seconds_and_survives_running_twice(item):
    tasks.sweep_leases()
    tasks.sweep_leases(unknown="argument")

    assert SCHEDULE[tasks.sweep_leases.name].schedule.total_seconds() == 10
