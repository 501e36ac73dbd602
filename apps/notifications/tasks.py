"""Sending, by the queues of mail."""

from datetime import datetime

from django.conf import settings

from apps.core import jobs
from apps.core.actors import Actor
from apps.notifications.services import codes


@jobs.job(codes.SEND)
def send_code(*, letter: str, by: Actor, at: datetime) -> None:
    del by, at
    codes.deliver(letter=letter, sender=settings.DEFAULT_FROM_EMAIL)
