"""The base of every socket: who comes in, how frames are read and answered, and how a connection ends.

A door parses, calls one service or selector, answers. Rows are written before anybody is told of them.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, Final, Protocol, TypeVar

import structlog
from channels.db import DatabaseSyncToAsync
from channels.exceptions import StopConsumer
from channels.layers import get_channel_layer
from channels.utils import await_many_dispatch
from django.conf import settings
from django.db import DatabaseError
from django.utils.module_loading import import_string
from redis.exceptions import RedisError

from apps.core import actors, clock, ids
from apps.core.actors import Actor, Via
from apps.core.errors import DomainError, NotFound
from apps.core.live import frames, presence, tickets
from apps.core.live.frames import Close, Fault, Frame, Refused
from apps.core.live.hints import group
from apps.core.live.limits import Meter

Result = TypeVar("Result")

_log: Final = structlog.get_logger("strongroom.sockets")
_pool: Final = ThreadPoolExecutor(max_workers=8, thread_name_prefix="socket")
_MOST_BAD: Final = 5
_MOST_PER_PERSON: Final = 5
_FRAMES_PER_S: Final = 30
_FLOOD_PER_S: Final = 100
_MOST_STRANGE: Final = 20
HEARTBEAT_S: Final = 25

connections: Final[set["Door"]] = set()
"""The open connections of this process."""


class Login(Protocol):
    """A signed-in caller behind a socket."""

    def actor(self, via: Via) -> Actor:
        """Return who acts."""
        ...

    def holds(self, code: str) -> bool:
        """Return whether the caller holds a permission code now."""
        ...


async def in_thread(work: Callable[..., Result], *args: Any, **named: Any) -> Result:
    """Run work with the database in one of a few threads of the sockets' own."""
    run: Any = DatabaseSyncToAsync(work, thread_sensitive=False, executor=_pool)
    result: Result = await run(*args, **named)
    return result


def meaning(error: Exception, frame: Frame | None) -> Refused:
    """Return what an exception means to the client; one that nobody anticipated is logged and tells nothing."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, NotFound):
        return Refused(Fault.NO_ROOM)
    if isinstance(error, DomainError):
        return Refused(error.code, str(error.message))
    _log.error("socket_frame_failed", frame=frame.t if frame else "", exc_info=error)
    return Refused(Fault.OURS)


class Door:
    """One connection. A subclass has a coroutine `on_<type>` for each frame type (`.` as `_`).

    `purpose` is that of its tickets; `permission` a code that callers must hold, checked again and again;
    `needs_origin` demands the header of browsers, which native apps do not send.
    """

    purpose: ClassVar[str]
    permission: ClassVar[str] = ""
    needs_origin: ClassVar[bool] = False

    by: Actor

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve the connection until it ends."""
        self.scope, self._send, self.address = scope, send, (scope.get("client") or [""])[0]
        self.network = actors.network(self.address)
        self.layer: Any = get_channel_layer()
        self.channel = await self.layer.new_channel()
        self.session, self.groups, self._bad = "", set[str](), 0
        self._frames, self._flood, self._slowed = Meter(_FRAMES_PER_S, 1), Meter(_FLOOD_PER_S, 1), Meter(2, 60)
        self._strange, self._is_active, self._is_closing = Meter(_MOST_STRANGE, 600), False, False
        self._heard_at = asyncio.get_running_loop().time()
        connections.add(self)
        watch = asyncio.ensure_future(self._watch())
        try:
            await await_many_dispatch([receive, self._hints], self._dispatch)
        except StopConsumer:
            pass
        finally:
            connections.discard(self)
            watch.cancel()
            await self._leave()

    async def greeted(self, frame: Frame) -> None:
        """Do what follows the welcome of somebody new."""

    async def hint(self, message: dict[str, Any]) -> None:
        """React to a hint of a group that was joined."""

    async def on_ping(self, frame: Frame) -> None:
        """Answer a heartbeat."""
        await in_thread(presence.seen, self.purpose, self.by.id, self.channel)
        await self.tell("pong", {"n": frame.whole("n", default=0), **await self.beat()})

    async def beat(self) -> dict[str, Any]:
        """Return what goes along with a heartbeat's answer."""
        return {}

    async def tell(self, kind: str, d: dict[str, Any], **head: Any) -> None:
        """Send a frame."""
        await self._send({"type": "websocket.send", "text": frames.write(kind, d, **head)})

    async def refuse(self, frame: Frame | None, error: Refused) -> None:
        """Send an error frame."""
        d = {"code": error.code, "detail": error.detail, "ref_id": frame.id if frame else "", **error.more}
        await self.tell("error", d, **({"room": frame.room} if frame and frame.room else {}))

    async def close(self, code: Close) -> None:
        """End the connection from our side."""
        self._is_closing = True
        await self._send({"type": "websocket.close", "code": int(code)})

    async def join(self, name: str) -> None:
        """Follow a group; its hints arrive from now on."""
        self.groups.add(name)
        await self.layer.group_add(name, self.channel)

    async def leave(self, name: str) -> None:
        """Follow a group no longer."""
        self.groups.discard(name)
        await self.layer.group_discard(name, self.channel)

    def acting(self) -> dict[str, Any]:
        """Return `by` and `at` of a service call that a frame of now asks for."""
        return {"by": self.by, "at": clock.now()}

    async def _dispatch(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "websocket.connect":
                await self._connect()
            case "websocket.receive":
                await self._receive(message.get("text"))
            case "websocket.disconnect":
                raise StopConsumer
            case "shut":
                await self.close(Close(message["code"]))
            case "hint" if message["what"] == "recheck":
                await self._recheck()
            case "hint":
                await self.hint(message)

    async def _connect(self) -> None:
        origin = next((value.decode("latin1") for name, value in self.scope["headers"] if name == b"origin"), None)
        if origin not in settings.SOCKET_ORIGINS and (origin is not None or self.needs_origin):
            await self._send({"type": "websocket.close"})
            return
        is_known = frames.PROTOCOL in self.scope["subprotocols"]
        await self._send({"type": "websocket.accept", "subprotocol": frames.PROTOCOL if is_known else None})
        near = [one for one in connections if one.network == self.network]
        if not is_known:
            await self.refuse(None, Refused(Fault.VERSION))
            await self.close(Close.BAD)
        elif len(connections) > settings.SOCKETS["most"] or len(near) > settings.SOCKETS["most_of_address"]:
            await self.close(Close.OVERLOAD)

    async def _receive(self, text: str | None) -> None:
        """Read one frame and answer it; whatever is wrong with it, the connection ends by a code of ours only."""
        self._heard_at = asyncio.get_running_loop().time()
        if self._is_closing:
            return
        if self._flood.is_over():
            await self.close(Close.FLOOD)
        elif text is not None and len(text.encode()) > frames.MOST_BYTES:
            await self.close(Close.TOO_BIG)
        else:
            await self._read(text)

    async def _read(self, text: str | None) -> None:
        frame = None
        try:
            frame = frames.read(text)
            await self._answer(frame)
        except Exception as error:  # noqa: BLE001 - a fault of ours is told by a frame, not by the end of everything
            refused = meaning(error, frame)
            await self.refuse(frame, refused)
            await self._count(refused.code)

    async def _answer(self, frame: Frame) -> None:
        if self._frames.is_over():
            raise Refused(Fault.TOO_FAST, retry_after_ms=self._frames.free_in_ms())
        if not self.session and frame.t != "hello":
            raise Refused(Fault.NO_HELLO)
        handler = getattr(self, f"on_{frame.t.replace('.', '_')}", None) if self.session else self._hello
        if handler is None:
            raise Refused(Fault.BAD_TYPE)
        self._is_active |= frame.t != "ping"
        await handler(frame)

    async def _count(self, code: str) -> None:
        """End the connection of who goes on sending what cannot be."""
        self._bad += code in (Fault.BAD_JSON, Fault.BAD_FIELD, Fault.BAD_TYPE)
        is_strange = code == Fault.NO_ROOM and self._strange.is_over()
        if self._bad >= _MOST_BAD or is_strange or code == Fault.VERSION:
            await self.close(Close.BAD)
        elif code == Fault.TOO_FAST and self._slowed.is_over():
            await self.close(Close.FLOOD)

    async def _hello(self, frame: Frame) -> None:
        """Let in who brings a ticket."""
        ticket = frame.text("ticket", longest=100)
        session = await in_thread(tickets.redeem, ticket=ticket, purpose=self.purpose)
        login = await in_thread(self._login, session) if session else None
        if session is None or login is None:
            await self.close(Close.SIGN_IN)
            return
        if self.permission and not await in_thread(login.holds, self.permission):
            await self.close(Close.FORBIDDEN)
            return
        self.session, self.by = session, login.actor(self._via())
        for other in (await in_thread(presence.seen, self.purpose, self.by.id, self.channel))[:-_MOST_PER_PERSON]:
            await self.layer.send(other, {"type": "shut", "code": Close.ELSEWHERE})
        await self.join(group("person", self.by.id))
        limits = {"frame_bytes": frames.MOST_BYTES, "frames_per_s": _FRAMES_PER_S}
        now = clock.now().isoformat().replace("+00:00", "Z")
        await self.tell("welcome", {"heartbeat_s": HEARTBEAT_S, "server_time": now, "limits": limits})
        await self.greeted(frame)

    def _login(self, session: str) -> Login | None:
        was_active, self._is_active = self._is_active, False
        found: Login | None = import_string(settings.SOCKET_LOGINS)(
            purpose=self.purpose, session=session, is_active=was_active
        )
        return found

    def _via(self) -> Via:
        return Via(door="socket", request_id=ids.encode("req", ids.new()), ip=self.address)

    async def _recheck(self) -> None:
        """End the connection of who has signed out, or lost the right to it; others act with the roles of now."""
        login = await in_thread(self._login, self.session)
        if login is None or (self.permission and not await in_thread(login.holds, self.permission)):
            await self.close(Close.SIGN_IN)
        else:
            self.by = login.actor(self.by.via)

    async def _watch(self) -> None:
        """End a connection that says no hello or falls silent, and look at its login again and again."""
        await asyncio.sleep(settings.SOCKETS["hello_s"])
        while self.session and asyncio.get_running_loop().time() - self._heard_at < settings.SOCKETS["silence_s"]:
            await asyncio.sleep(settings.SOCKETS["tick_s"])
            try:
                await self._recheck()
                for name in self.groups:
                    # A Redis that was started anew has forgotten who follows what.
                    await self.layer.group_add(name, self.channel)
            except (RedisError, OSError, DatabaseError) as error:
                _log.warning("socket_not_rechecked", error=type(error).__name__)
        await self.close(Close.SILENT)

    async def _hints(self) -> Any:
        """Return the next hint; while Redis is away, there are none."""
        while True:
            try:
                return await self.layer.receive(self.channel)
            except (RedisError, OSError) as error:
                _log.warning("hints_interrupted", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _leave(self) -> None:
        """Forget a connection that has ended."""
        try:
            for name in self.groups:
                await self.layer.group_discard(name, self.channel)
            if self.session:
                await in_thread(presence.gone, self.purpose, self.by.id, self.channel)
        except (RedisError, OSError) as error:
            _log.warning("connection_not_forgotten", error=type(error).__name__)
