"""Mails with one-time codes: sealed in Redis until they are sent or expire, and nowhere else.

A mail that was lost is made good by the person who asks for it again.
"""

import json
from datetime import datetime
from typing import Final

import structlog
from django.core.cache import cache
from django.core.mail import get_connection

from apps.core import crypto, db, ids, outbox
from apps.core.actors import Actor
from apps.core.errors import Unavailable
from apps.notifications.enums import Lane, Outcome
from apps.notifications.services import mail
from apps.notifications.services.mail import Letter

SEND: Final = "notifications.code.send"

_PURPOSE: Final = "notifications.codes"
_log = structlog.get_logger(__name__)


def send(*, to: str, subject: str, text: str, expires_in_s: int, by: Actor, at: datetime) -> None:
    """Send a mail with a one-time code once the unit has committed, by the queue of security messages.

    Its address and text are held sealed for `expires_in_s` seconds; the task carries an opaque id. While Redis is away
    the mail is lost, and the caller's unit is not.
    """
    with db.unit(by=by, at=at, why="send"):
        letter = str(ids.new())
        plain = json.dumps({"to": to, "subject": subject, "text": text}).encode()
        sealed = crypto.seal(crypto.process_key(_PURPOSE), plain, crypto.place(_PURPOSE, letter))
        outbox.nudge(
            SEND, queue=Lane.MAIL_FAST, first=lambda: cache.set(_key(letter), sealed, expires_in_s), letter=letter
        )


def deliver(*, letter: str, sender: str) -> None:
    """Hand a kept mail to the mail server, then forget it; again, or too late, does nothing.

    Never in an open unit: nothing of it is in the database. Raises: unavailable, while the server may yet take it.
    """
    sealed = cache.get(_key(letter))
    if sealed is None:
        _log.info("code_mail_gone", letter=letter)
        return
    plain = json.loads(crypto.open_(crypto.process_key(_PURPOSE), sealed, crypto.place(_PURPOSE, letter)))
    kept = Letter(sender=sender, message_id=mail.message_id(ref=letter, sender=sender), **plain)
    verdict = mail.deliver(letter=kept, connection=get_connection())
    if verdict.outcome == Outcome.DEFERRED:
        _log.warning("code_mail_deferred", letter=letter, smtp=verdict.smtp_code, error=verdict.error_class)
        raise Unavailable
    cache.delete(_key(letter))
    if verdict.outcome == Outcome.REJECTED:
        _log.warning("code_mail_rejected", letter=letter, smtp=verdict.smtp_code, error=verdict.error_class)


def _key(letter: str) -> str:
    return f"code-mail:{letter}"
