"""Mailbox of a person in the demo's mail sink."""

import time
from collections.abc import Callable
from typing import Any

from tools.journey.client import Client, NoMailError

WAIT_S = 30.0
"""For a code: a person would ask for another one then."""
NEWS_S = 300.0
"""For news, which come by themselves: longer than the lease of a worker that was killed while it sent them."""
POLL_S = 0.25


class Mailbox:
    """Mails to one address, read over the sink's JSON."""

    def __init__(
        self,
        sink: Client,
        address: str,
        *,
        wait_s: float = WAIT_S,
        news_s: float = NEWS_S,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Look at the mails to `address`, waiting at most `wait_s` seconds for a code and `news_s` for news."""
        self.address = address
        self._sink = sink
        self._wait_s = wait_s
        self._news_s = news_s
        self._pause = pause
        self._clock = clock

    def newest(self) -> int:
        """Return the id of the newest mail, 0 when there is none: what comes later has a greater one."""
        mails = self._list(after=0)
        return int(mails[0]["id"]) if mails else 0

    def code(self, *, after: int) -> str:
        """Return the one-time code of the next mail after this id that has one."""
        found = self._wait("a one-time code", after, lambda mail: bool(mail["code"]), self._wait_s)
        return str(found["code"])

    def containing(self, words: str, *, after: int) -> dict[str, Any]:
        """Return the next mail after this id with these words in its subject or text."""
        return self._wait(f"{words!r}", after, lambda mail: words in f"{mail['subject']}\n{mail['text']}", self._news_s)

    def _wait(
        self, what: str, after: int, is_wanted: Callable[[dict[str, Any]], bool], seconds: float
    ) -> dict[str, Any]:
        until = self._clock() + seconds
        while True:
            for summary in self._list(after=after):
                mail: dict[str, Any] = self._sink.expect(200, "GET", f"/api/messages/{summary['id']}")
                if is_wanted(mail):
                    return mail
            if self._clock() > until:
                message = f"no mail to {self.address} with {what} within {seconds:.0f} s ({self._sink.url})"
                raise NoMailError(message)
            self._pause(POLL_S)

    def _list(self, *, after: int) -> list[dict[str, Any]]:
        content = self._sink.expect(200, "GET", "/api/messages", query={"to": self.address, "after": after})
        mails: list[dict[str, Any]] = content["messages"]
        return mails
