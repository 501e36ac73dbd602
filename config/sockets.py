"""The door of the sockets: `python -m config.sockets --host 127.0.0.1 --port 8001` serves `/ws/` and nothing else.

Daphne carries the bytes. What it lacks is here: closing by the codes of the protocol, readers that do not read, drain.
"""

import argparse
import os
import random
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from daphne.server import Server, reactor  # noqa: E402
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol  # noqa: E402
from django.conf import settings  # noqa: E402
from granian.utils.proxies import wrap_asgi_with_proxy_headers  # noqa: E402
from twisted.internet import defer  # noqa: E402

from apps.core.live import door  # noqa: E402
from apps.core.live.door import Door  # noqa: E402
from apps.core.live.frames import Close  # noqa: E402
from apps.helpdesk.consumers import AgentDoor, SupportDoor  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

DOORS: Final[dict[str, type[Door]]] = {"/ws/support/": SupportDoor, "/ws/agent/": AgentDoor}

_MOST_BYTES: Final = 131_072
"""Above this daphne hangs up; below it, the door says why."""
_MOST_QUEUED: Final = 256
_FIRST_OF_APPLICATIONS: Final = 3_000
"""Close codes below are the protocol's; autobahn would refuse them to us."""
_RECONNECT_MS: Final = (500, 5_000)


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one connection; whatever is no socket of ours is not found."""
    if scope["type"] == "http":
        headers = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 404, "headers": headers})
        await send({"type": "http.response.body", "body": b"Not found\n"})
    elif scope["type"] == "websocket":
        opened = DOORS.get(scope["path"])
        if opened is not None:
            await opened()(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close"})


# As at the door of HTTP: limits and records are by the address of the caller, not of the proxy in between.
application = wrap_asgi_with_proxy_headers(serve, trusted_hosts=settings.PROXIES)


class Protocol(WebSocketProtocol):  # type: ignore[misc]  # daphne has no types
    """A connection whose unread frames are bounded, and which may end by the codes that autobahn keeps to itself."""

    muted: bool

    def onOpen(self) -> None:
        """Ask the transport to say when the reader cannot keep up."""
        super().onOpen()
        self._unread: deque[str] = deque()
        self._is_paused = False
        self.transport.unregisterProducer()
        self.transport.registerProducer(self, True)

    def pauseProducing(self) -> None:
        self._is_paused = True

    def resumeProducing(self) -> None:
        self._is_paused = False
        while self._unread and not self._is_paused:
            super().serverSend(self._unread.popleft())

    def stopProducing(self) -> None:
        self._unread.clear()

    def serverSend(self, content: str, binary: bool = False) -> None:
        if self.muted or self.state != self.STATE_OPEN:
            return
        if not getattr(self, "_is_paused", False):
            super().serverSend(content, binary)
        elif len(self._unread) < _MOST_QUEUED:
            self._unread.append(content)
        else:
            # What is lost here is in the rows; the client resumes when it reads again.
            self._unread.clear()
            self.application_queue.put_nowait({"type": "websocket.disconnect", "code": Close.OVERLOAD})
            self.muted = True
            self.serverClose(Close.OVERLOAD)

    def serverClose(self, code: int | None = None) -> None:
        if code is not None and code < _FIRST_OF_APPLICATIONS and self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=code, isReply=False)
        else:
            super().serverClose(code)


class Drained(Server):  # type: ignore[misc]  # daphne has no types
    """A server that says goodbye: clients are told when to come back before their connection ends."""

    def kill_all_applications(self) -> "defer.Deferred[Any]":
        """Let everybody go, over a short while, then end what is left."""
        over_s = min(settings.SOCKETS["drain_s"], 0.01 * len(door.connections))
        for one in list(door.connections):
            delay = random.uniform(0, over_s)  # noqa: S311 - spreads load, hides nothing
            reactor.callLater(delay, lambda one=one: defer.ensureDeferred(_bid_farewell(one)))
        done: defer.Deferred[Any] = defer.Deferred()
        reactor.callLater(over_s + 0.1, done.callback, None)
        return done.addCallback(lambda _: super(Drained, self).kill_all_applications())


async def _bid_farewell(one: Door) -> None:
    await one.tell("drain", {"reconnect_in_ms": random.randint(*_RECONNECT_MS)})  # noqa: S311 - spreads load
    await one.close(Close.RESTART)


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m config.sockets", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    given = parser.parse_args()
    WebSocketFactory.protocol = Protocol
    Drained(
        application,
        endpoints=[f"tcp:port={given.port}:interface={given.host}"],
        http_timeout=10,
        websocket_timeout=-1,
        websocket_connect_timeout=5,
        ping_interval=20,
        ping_timeout=30,
        websocket_max_message_size=_MOST_BYTES,
        websocket_max_frame_size=_MOST_BYTES,
        server_name="",
    ).run()


if __name__ == "__main__":
    main()
