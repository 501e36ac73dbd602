"""Timed work of workflow."""

from datetime import datetime

from apps.core import jobs
from apps.core.actors import Actor
from apps.workflow.services import leases


@jobs.job("workflow.leases.sweep")
def sweep_leases(*, by: Actor, at: datetime) -> None:
    leases.sweep(by=by, at=at)
