"""Handing mails to the mail server over one connection, and what its answers mean."""

import smtplib
from email.utils import parseaddr
from types import TracebackType
from typing import Any, Final, Self

from django.core.mail import EmailMultiAlternatives, get_connection

from apps.core import db
from apps.core.errors import NetworkInTransaction, Unavailable
from apps.notifications.enums import Outcome
from apps.notifications.services.letters import Letter, Verdict

_PERMANENT: Final = 500
_AUTOMATIC: Final = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
# Refused is this house, not this mail: somebody will mend it, and nothing must be given up meanwhile.
_OWN_FAULTS: Final = (smtplib.SMTPSenderRefused, smtplib.SMTPAuthenticationError, smtplib.SMTPHeloError)


class MailServer:
    """A connection to the mail server, open inside the `with` block, or as soon as a mail needs it again."""

    def __init__(self, sender: str) -> None:
        self._sender = sender
        self._domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
        self._connection: Any = get_connection()

    def __enter__(self) -> Self:
        """Connect. Raises: unavailable, so that no attempt is counted while nobody answers."""
        try:
            self._connection.open()
        except (smtplib.SMTPException, OSError) as error:
            self._connection.close()
            raise Unavailable(type(error).__name__) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, error, trace
        self._connection.close()

    def post(self, letter: Letter) -> Verdict:
        """Hand a mail over and tell the answer. Raises: NetworkInTransaction inside a unit."""
        if db.is_open():
            message = "send mails between two units"
            raise NetworkInTransaction(message)
        try:
            self._connection.send_messages([self._message(letter)])
        except smtplib.SMTPRecipientsRefused as error:
            return _of_code(next((code for code, _ in error.recipients.values()), 0), error)
        except _OWN_FAULTS as error:
            self._connection.close()
            return Verdict(Outcome.UNAVAILABLE, error.smtp_code, type(error).__name__)
        except smtplib.SMTPResponseException as error:
            return _of_code(error.smtp_code, error)
        except (smtplib.SMTPNotSupportedError, ValueError) as error:
            return Verdict(Outcome.REJECTED, None, type(error).__name__)
        except (smtplib.SMTPException, OSError) as error:
            self._connection.close()
            return Verdict(Outcome.UNAVAILABLE, None, type(error).__name__)
        return Verdict(Outcome.ACCEPTED)

    def _message(self, letter: Letter) -> EmailMultiAlternatives:
        message = EmailMultiAlternatives(
            # Whatever a text brings along, a header has one line; Django refuses line breaks elsewhere.
            subject=" ".join(letter.subject.split()),
            body=letter.text,
            from_email=self._sender,
            to=[letter.to],
            headers={"Message-ID": f"<{letter.ref}@{self._domain}>", **_AUTOMATIC},
        )
        if letter.html:
            message.attach_alternative(letter.html, "text/html")
        return message


def _of_code(code: int, error: Exception) -> Verdict:
    outcome = Outcome.REJECTED if code >= _PERMANENT else Outcome.DEFERRED
    return Verdict(outcome, code, type(error).__name__)
