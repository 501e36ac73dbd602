"""One mail on its way to the mail server, and what that answered. The tasks hand it over; no rule knows the server."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.notifications.enums import Outcome


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail. `ref` is the same at each attempt, so that the other side may drop a repetition."""

    ref: str
    to: str
    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the mail server said, without a word of the mail."""

    outcome: Outcome
    smtp_code: int | None = None
    error_class: str = ""


Post = Callable[[Letter], Verdict]
"""Hands a mail over, outside any transaction."""
