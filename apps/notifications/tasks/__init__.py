"""Sending, by the queues of mail."""

from datetime import datetime
from typing import Final

import structlog
from django.conf import settings

from apps.core import jobs
from apps.core.actors import Actor
from apps.core.errors import Unavailable
from apps.notifications.enums import Outcome
from apps.notifications.services import codes
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
    if verdict.outcome == Outcome.DEFERRED:
        raise Unavailable(verdict.error_class)
    if verdict.outcome == Outcome.REJECTED:
        _log.warning("code_mail_rejected", mail=secret, smtp=verdict.smtp_code, error=verdict.error_class)
    jobs.forget(secret)
