"""Timed work of payments."""

from datetime import datetime

from django.conf import settings

from apps.core import jobs
from apps.core.actors import Actor
from apps.payments.services import escalations, top_ups

_BATCH = 200


@jobs.job("payments.top_ups.question")
def question_top_ups(*, by: Actor, at: datetime) -> None:
    top_ups.question(limit=_BATCH, by=by, at=at)


@jobs.job("payments.unknown.escalate")
def escalate_unknown(*, by: Actor, at: datetime) -> None:
    escalations.sweep(after=settings.UNKNOWN_TO_PEOPLE, limit=_BATCH, by=by, at=at)
