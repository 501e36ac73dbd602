"""Mails with one-time codes: sealed in Redis until they are sent or expire, and nowhere else.

A mail that was lost is made good by the person who asks for it again.
"""

import json
from datetime import datetime
from typing import Final

from apps.core import db, outbox
from apps.core.actors import Actor
from apps.notifications.enums import Lane
from apps.notifications.services.letters import Letter

SEND: Final = "notifications.code.send"


def send(*, to: str, subject: str, text: str, expires_in_s: int, by: Actor, at: datetime) -> None:
    """Mail a one-time code once the unit has committed, by the queue of security messages.

    Address and text are held sealed for `expires_in_s` seconds and then dropped, sent or not; the task carries an
    opaque id. While Redis is away the mail is lost, and the caller's unit is not.
    """
    with db.unit(by=by, at=at, why="send"):
        kept = json.dumps({"to": to, "subject": subject, "text": text})
        outbox.entrust(SEND, queue=Lane.MAIL_FAST, text=kept, expires_in_s=expires_in_s)


def read(*, kept: str, ref: str) -> Letter:
    """Return the mail that the task `ref` was entrusted with. Needs no open unit."""
    return Letter(ref=ref, **json.loads(kept))
