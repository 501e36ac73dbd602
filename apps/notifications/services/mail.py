"""Handing one mail to the mail server, and what its answer means. Knows no rows."""

import smtplib
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, Final

from django.core.mail import EmailMultiAlternatives

from apps.core import db
from apps.core.errors import NetworkInTransaction
from apps.notifications.enums import Outcome

_PERMANENT: Final = 500
_AUTOMATIC: Final = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail. The same `message_id` at each attempt lets the other side drop a repetition."""

    sender: str
    to: str
    subject: str
    text: str
    message_id: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the mail server said, without a word of the mail."""

    outcome: Outcome
    smtp_code: int | None = None
    error_class: str = ""


def message_id(*, ref: str, sender: str) -> str:
    """Return the Message-ID of what `ref` names: the same every time. Needs no open unit."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<{ref}@{domain}>"


def deliver(*, letter: Letter, connection: Any) -> Verdict:
    """Hand a mail over by a connection of Django's mail backend, and tell the answer. Never in an open unit.

    Raises: NetworkInTransaction inside one.
    """
    if db.is_open():
        message = "send mails between two units"
        raise NetworkInTransaction(message)
    try:
        connection.send_messages([_message(letter, connection)])
    except smtplib.SMTPRecipientsRefused as error:
        return _of_code(next((code for code, _ in error.recipients.values()), 0), error)
    except (smtplib.SMTPSenderRefused, smtplib.SMTPAuthenticationError, smtplib.SMTPHeloError) as error:
        # Refused is this house, not this mail: somebody will mend it, and nothing must be given up meanwhile.
        connection.close()
        return Verdict(Outcome.DEFERRED, error.smtp_code, type(error).__name__)
    except smtplib.SMTPResponseException as error:
        return _of_code(error.smtp_code, error)
    except smtplib.SMTPNotSupportedError as error:
        return Verdict(Outcome.REJECTED, None, type(error).__name__)
    except (smtplib.SMTPException, OSError) as error:
        connection.close()
        return Verdict(Outcome.DEFERRED, None, type(error).__name__)
    return Verdict(Outcome.ACCEPTED)


def _of_code(code: int, error: Exception) -> Verdict:
    outcome = Outcome.REJECTED if code >= _PERMANENT else Outcome.DEFERRED
    return Verdict(outcome, code, type(error).__name__)


def _message(letter: Letter, connection: Any) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=" ".join(letter.subject.split()),
        body=letter.text,
        from_email=letter.sender,
        to=[letter.to],
        connection=connection,
        headers={"Message-ID": letter.message_id, **_AUTOMATIC},
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message
