"""The product's door of sockets on a free port of this machine, and clients of it."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.support.servers import ROOT
from tests.support.web import HOST, free_port
from tools.supervise.children import command

PROTOCOL = "strongroom.v1"
ORIGIN = "http://127.0.0.1"
_PATIENCE_S = 90.0
_GRACE_S = 10.0


class Live:
    """A running daphne. It ends with this process, also when that is killed."""

    def __init__(self, env: dict[str, str], folder: Path, *, origin: str = ORIGIN) -> None:
        """Start it on the databases that `env` names, for pages of this origin; its log goes to the folder."""
        self.port = free_port()
        self.url = f"ws://{HOST}:{self.port}"
        self.log = folder / "live.log"
        words = f"-m config.sockets --host {HOST} --port {self.port}"
        ours = {"PUBLIC_URL": origin, "ALLOWED_HOSTS": HOST, "PUBLIC_WS_URL": self.url}
        start = command([sys.executable, *words.split()], env={**env, **ours}, cwd=ROOT)
        with self.log.open("wb") as log:
            self.process = start(stdout=log, stderr=log, process_group=0)

    def wait_ready(self) -> None:
        """Wait until it answers over HTTP that there is nothing."""
        until = time.monotonic() + _PATIENCE_S
        while self.http("/") != 404:
            if self.process.poll() is not None or time.monotonic() > until:
                message = f"The server of sockets did not start:\n{self.log.read_text()}"
                raise RuntimeError(message)
            time.sleep(0.05)

    def http(self, path: str) -> int:
        """Return the status of a plain request, 0 while nobody answers."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def open(
        self, path: str, *, origin: str | None = None, protocol: str | None = PROTOCOL, caller: str = ""
    ) -> "Socket":
        """Connect; `caller` is the address that a proxy on this machine would name."""
        return Socket(
            connect(
                f"{self.url}{path}",
                origin=origin,
                subprotocols=[protocol] if protocol else None,
                additional_headers={"X-Forwarded-For": caller} if caller else None,
                max_size=None,
                close_timeout=2,
            )
        )

    def stop(self) -> None:
        """End it and whatever it started."""
        self.process.terminate()
        try:
            self.process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Socket:
    """One connection of a client."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def send(self, t: str, d: Any = None, **head: Any) -> None:
        """Send a frame."""
        self.raw(json.dumps({"v": 1, "t": t, **head, "d": {} if d is None else d}))

    def raw(self, data: str | bytes) -> None:
        """Send whatever it is."""
        self.connection.send(data)

    def frame(self, *kinds: str, within_s: float = 5.0) -> dict[str, Any]:
        """Return the next frame, of one of these kinds; others are passed over."""
        until = time.monotonic() + within_s
        while True:
            found = json.loads(self.connection.recv(timeout=max(0.01, until - time.monotonic())))
            if not kinds or found["t"] in kinds:
                return dict(found)

    def ask(self, t: str, d: Any = None, *kinds: str, **head: Any) -> dict[str, Any]:
        """Send a frame and return the answer."""
        self.send(t, d, **head)
        return self.frame(*kinds)

    def rest(self, quiet_s: float = 0.4) -> list[dict[str, Any]]:
        """Return what still comes until nothing comes for a while."""
        found = []
        with suppress(TimeoutError):
            while True:
                found.append(json.loads(self.connection.recv(timeout=quiet_s)))
        return found

    def ended(self, within_s: float = 6.0) -> int:
        """Return the code by which the server ends the connection."""
        until = time.monotonic() + within_s
        try:
            while True:
                self.connection.recv(timeout=max(0.01, until - time.monotonic()))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def say(self, room: str, body: str, key: str = "") -> dict[str, Any]:
        """Say something in a room and return the answer."""
        d = {"client_msg_id": key or str(uuid.uuid4()), "kind": "text", "body": body}
        return self.ask("msg.send", d, "msg.ack", "msg.nack", "error", room=room)
