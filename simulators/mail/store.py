"""The kept mails: the newest in memory, all of them in one file that a restart reads.

One JSON object a line; a line that a crash cut short is dropped at the next start, and its sender never got a 250.
"""

import json
import os
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from simulators.mail.messages import Content, read

MAX_MAILS = 500
MAX_TOTAL_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Mail:
    """One accepted mail. `id` grows by one with each mail and is never used again, also after a restart."""

    id: int
    received_at: datetime
    sender: str
    to: tuple[str, ...]
    raw: bytes = field(repr=False)
    content: Content = field(repr=False)

    def is_for(self, address: str) -> bool:
        """Whether the address is among the recipients of the envelope, in any case of letters."""
        return address.casefold() in (recipient.casefold() for recipient in self.to)


class MailStore:
    """Thread-safe list of the newest mails, bounded by number and by bytes."""

    def __init__(self, path: Path, *, max_mails: int = MAX_MAILS, max_total_bytes: int = MAX_TOTAL_BYTES) -> None:
        """Read what an earlier run kept. Raises OSError when the folder cannot be used."""
        self._path = path
        self._max_mails = max_mails
        self._max_total_bytes = max_total_bytes
        self._lock = threading.Lock()
        self._mails: deque[Mail] = deque()
        self._bytes = 0
        self._last_id = 0
        self._lines = 0
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._load()

    def add(self, *, sender: str, to: Iterable[str], raw: bytes) -> Mail:
        """Keep one mail; it is in the file when this returns. Raises OSError when it could not be written."""
        content = read(raw)
        with self._lock:
            mail = Mail(self._last_id + 1, datetime.now(UTC), sender, tuple(to), raw, content)
            self._append(mail)
            self._keep(mail)
            if self._lines >= 2 * self._max_mails:
                self._rewrite()
            return mail

    def get(self, mail_id: int) -> Mail | None:
        """Return the mail with this id, or None when it never was or is no longer kept."""
        with self._lock:
            return next((mail for mail in self._mails if mail.id == mail_id), None)

    def newest(self, *, to: str = "", after: int = 0, limit: int = MAX_MAILS) -> list[Mail]:
        """Kept mails, newest first; only those to one address and with a greater id where asked."""
        with self._lock:
            mails = list(self._mails)
        chosen = [mail for mail in reversed(mails) if mail.id > after and (not to or mail.is_for(to))]
        return chosen[:limit]

    def _keep(self, mail: Mail) -> None:
        self._mails.append(mail)
        self._last_id = max(self._last_id, mail.id)
        self._bytes += len(mail.raw)
        while len(self._mails) > self._max_mails or (self._bytes > self._max_total_bytes and len(self._mails) > 1):
            self._bytes -= len(self._mails.popleft().raw)

    def _load(self) -> None:
        if not self._path.exists():
            return
        content = self._path.read_bytes()
        lines = content.splitlines()
        for line in lines:
            mail = _from_line(line)
            if mail:
                self._keep(mail)
        self._lines = len(lines)
        if len(self._mails) != len(lines) or not content.endswith(b"\n"):
            self._rewrite()

    def _append(self, mail: Mail) -> None:
        # No fsync: what the kernel has taken survives the end of this process, and a demo need not survive a power cut.
        self._path.touch(mode=0o600)
        size = self._path.stat().st_size
        try:
            with self._path.open("ab") as file:
                file.write(_to_line(mail))
        except OSError:
            os.truncate(self._path, size)
            raise
        self._lines += 1

    def _rewrite(self) -> None:
        draft = self._path.with_suffix(".new")
        draft.touch(mode=0o600)
        with draft.open("wb") as file:
            file.writelines(_to_line(mail) for mail in self._mails)
        draft.replace(self._path)
        self._lines = len(self._mails)


def _to_line(mail: Mail) -> bytes:
    kept = {
        "id": mail.id,
        "received_at": mail.received_at.isoformat(),
        "sender": mail.sender,
        "to": mail.to,
        # Latin-1 maps every byte to one character, so any bytes pass and plain mails stay readable.
        "raw": mail.raw.decode("latin-1"),
    }
    return f"{json.dumps(kept)}\n".encode("ascii")


def _from_line(line: bytes) -> Mail | None:
    try:
        kept = json.loads(line)
        raw = kept["raw"].encode("latin-1")
        return Mail(
            kept["id"],
            datetime.fromisoformat(kept["received_at"]),
            kept["sender"],
            tuple(kept["to"]),
            raw,
            read(raw),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
