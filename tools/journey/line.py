"""A socket of the journey: connects again after every end, resumes, and keeps what it was told by its numbers."""

import json
import socket
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tools.journey.client import PATIENCE_S, JourneyError

_PROTOCOL = Subprotocol("strongroom.v1")
_PAUSE_S = 0.5
_ANSWER_S = 10.0
_COME_AGAIN = frozenset({"internal", "rate_limited", "unavailable", "busy"})


class _ComeAgainError(Exception):
    """The server asks to send the frame once more, later."""


class Line:
    """One person's connection. `ticket` gets a fresh ticket: an object with `ticket` and `url`."""

    def __init__(self, ticket: Callable[[], dict[str, Any]], *, origin: str | None = None) -> None:
        """Connect when the first frame is sent."""
        self._ticket, self._origin = ticket, Origin(origin) if origin else None
        self._connection: ClientConnection | None = None
        self._room = ""
        self.entries: dict[int, dict[str, Any]] = {}
        self.doubled = 0

    @property
    def applied(self) -> int:
        """The highest number up to which nothing is missing."""
        seq = 0
        while seq + 1 in self.entries:
            seq += 1
        return seq

    def enter(self, room: str, *, by: str = "sub") -> None:
        """Follow a room (`sub`) or take its chat (`chat.accept`), and read all that has happened in it."""
        self._room = room
        self._repeated(lambda: self._ask(by, {}, "sub.ok"))
        self._repeated(self._resume)

    def say(self, body: str, key: str = "") -> int:
        """Say something, as often as it takes, under one id; return its number."""
        d = {"client_msg_id": key or str(uuid.uuid4()), "kind": "text", "body": body}
        answer = self._repeated(lambda: self._ask("msg.send", d, "msg.ack", "msg.nack"))
        if answer["t"] != "msg.ack":
            message = f"a message was refused: {answer['d']}"
            raise JourneyError(message)
        return int(answer["d"]["seq"])

    def end_chat(self) -> None:
        """End the chat of the room; that it has ended is as good, the first answer may be lost."""
        answer = self._repeated(lambda: self._ask("chat.end", {}, "chat.state", "error"))
        if answer["t"] == "error" and answer["d"]["code"] != "room_closed":
            message = f"the chat did not end: {answer['d']}"
            raise JourneyError(message)

    def beat(self) -> bool:
        """Send a heartbeat; what was missed comes before its answer."""
        return bool(self._repeated(lambda: self._ask("ping", {"n": 1}, "pong")))

    def wait_for(self, body: str) -> dict[str, Any]:
        """Return the entry with this text. Raises JourneyError when it does not come."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            for entry in self.entries.values():
                if entry["d"].get("body") == body:
                    return entry
            self.beat()
        message = f"the message {body!r} did not arrive"
        raise JourneyError(message)

    def cut(self) -> None:
        """Lose the connection as a phone in a tunnel does: without a word."""
        if self._connection is not None:
            self._connection.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _repeated(self, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Do something until it is answered, over as many connections as that takes."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                if self._connection is None:
                    self._connect()
                return act()
            except (WebSocketException, OSError, TimeoutError, _ComeAgainError) as error:
                with suppress(WebSocketException, OSError):
                    self.close()
                self._connection = None
                if time.monotonic() > until:
                    message = f"no connection held for {PATIENCE_S:.0f} s: {error}"
                    raise JourneyError(message) from error
                time.sleep(_PAUSE_S)

    def _connect(self) -> None:
        found = self._ticket()
        self._connection = connect(found["url"], origin=self._origin, subprotocols=[_PROTOCOL], close_timeout=1)
        self._ask("hello", {"ticket": found["ticket"]}, "welcome")
        if self._room and self.entries:
            self._ask("sub", {}, "sub.ok")
            self._resume()

    def _resume(self) -> dict[str, Any]:
        while True:
            batch = self._ask("resume", {"last_seq": self.applied}, "resume.batch")
            for entry in batch["d"]["items"]:
                self._keep(entry)
            if not batch["d"]["more"]:
                return batch

    def _ask(self, kind: str, d: dict[str, Any], *answers: str) -> dict[str, Any]:
        """Send a frame and return its answer; entries that come between are kept."""
        if self._connection is None:
            raise OSError
        head = {"room": self._room} if self._room else {}
        self._connection.send(json.dumps({"v": 1, "t": kind, **head, "d": d}))
        until = time.monotonic() + _ANSWER_S
        while True:
            frame = json.loads(self._connection.recv(timeout=max(0.01, until - time.monotonic())))
            if "seq" in frame:
                self._keep(frame)
            if frame["t"] in ("error", "msg.nack") and frame["d"]["code"] in _COME_AGAIN:
                raise _ComeAgainError(frame["d"]["code"])
            if frame["t"] in answers:
                return dict(frame)
            if frame["t"] == "error":
                message = f"{kind} was answered with {frame['d']}"
                raise JourneyError(message)

    def _keep(self, entry: dict[str, Any]) -> None:
        """Keep an entry by its number; the same again is no second one, another under the number is a fault."""
        known = self.entries.setdefault(entry["seq"], entry)
        if known is not entry:
            self.doubled += known["d"] != entry["d"]
