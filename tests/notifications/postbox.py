"""A folder into which Django's mail backend writes, read back as mails."""

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


class Postbox:
    """What was sent, oldest first."""

    def __init__(self, folder: Path) -> None:
        """Read from this folder."""
        self._folder = folder

    def mails(self) -> list[EmailMessage]:
        """Return all mails."""
        parts = [part for path in sorted(self._folder.iterdir()) for part in path.read_bytes().split(b"-" * 79 + b"\n")]
        return [email.message_from_bytes(part, policy=default) for part in parts if part.strip()]  # type: ignore[arg-type]
