"""Sending, by the queues of mail."""

from datetime import datetime
from typing import Final

import structlog
from django.conf import settings

from apps.core import jobs
from apps.core.actors import Actor
from apps.core.errors import Unavailable
from apps.notifications.enums import Lane, Outcome
from apps.notifications.selectors.deliveries import due_lanes
from apps.notifications.services import codes, deliveries, messages
from apps.notifications.tasks.smtp import MailServer

_log: Final = structlog.get_logger(__name__)


@jobs.job(codes.SEND)
def send_code(*, secret: str, by: Actor, at: datetime) -> None:
    """Send a mail with a one-time code, while it counts."""
    del by, at
    kept = jobs.entrusted(secret)
    if kept is None:
        _log.info("code_mail_gone", mail=secret)
        return
    letter = codes.read(kept=kept, ref=secret)
    with MailServer(settings.DEFAULT_FROM_EMAIL) as server:
        verdict = server.post(letter)
    if verdict.outcome in (Outcome.DEFERRED, Outcome.UNAVAILABLE):
        raise Unavailable(verdict.error_class)
    if verdict.outcome == Outcome.REJECTED:
        _log.warning("code_mail_rejected", mail=secret, smtp=verdict.smtp_code, error=verdict.error_class)
    jobs.forget(secret)


@jobs.job(messages.SEND)
def send_deliveries(*, lane: str, by: Actor, at: datetime) -> None:
    """Send the mails that are due in a lane."""
    jobs.waiting_ended(messages.SEND, to=lane)
    if lane not in due_lanes():
        return
    try:
        with MailServer(settings.DEFAULT_FROM_EMAIL) as server:
            count = deliveries.send_due(lane=Lane(lane), post=server.post, site=settings.PUBLIC_URL, by=by, at=at)
    except Unavailable as error:
        # The next sweep asks again; nothing was taken meanwhile.
        _log.error("mail_server_away", lane=lane, error=error.message)
        return
    if count == deliveries.BATCH:
        jobs.send(messages.SEND, to=lane, lane=lane)


@jobs.job("notifications.deliveries.sweep")
def sweep_deliveries(*, by: Actor, at: datetime) -> None:
    """Give back what was cut off, and wake the lanes whose nudge was lost."""
    deliveries.sweep(by=by, at=at)
