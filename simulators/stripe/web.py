"""HTTP around the account: the vendor's paths, the switches, and what faults do to an answer."""

import ipaddress
import json
import socket
import struct
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from simulators.stripe import forms
from simulators.stripe.api import Answer, Api, Request
from simulators.stripe.control import Control
from simulators.stripe.errors import Refusal
from simulators.stripe.faults import Faults, Scenario

SWITCHES = "/__sim/"
MAX_BODY = 1024 * 1024
_REMEMBERED = 1_000
_STOP_WITHIN_S = 0.1
_JSON = "application/json"
_HTML = "text/html; charset=utf-8"
_NEVER_SHOWN = ("number", "cvc")


class Journal:
    """The last requests, without what is secret in them."""

    def __init__(self) -> None:
        self._rows: deque[dict[str, Any]] = deque(maxlen=_REMEMBERED)

    def add(self, request: Request, status: int, scenario: Scenario | None, headers: dict[str, str]) -> None:
        """Remember one request and what it was answered; status 0 for none."""
        self._rows.append(
            {
                "method": request.method,
                "path": request.path,
                "key": request.headers.get("idempotency-key", ""),
                "params": _params(request),
                "status": status,
                "is_replay": "Idempotent-Replayed" in headers,
                "fault": scenario.kind if scenario else "",
            }
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return them, oldest first."""
        return list(self._rows)


class WebServer:
    """HTTP on a bound listener, a thread for each connection."""

    def __init__(self, listener: socket.socket, api: Api, control: Control, faults: Faults, journal: Journal) -> None:
        """Take over the listener; it answers once started."""
        self._server = _Server(listener, api, control, faults, journal)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_STOP_WITHIN_S,), name="stripe-web", daemon=True
        )

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, wake those who are kept waiting, and wait for the thread."""
        self._server.ended.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, api: Api, control: Control, faults: Faults, journal: Journal) -> None:
        super().__init__(listener.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.api, self.control, self.faults, self.journal = api, control, faults, journal
        self.ended = threading.Event()
        self.only_loopback = ipaddress.ip_address(str(self.server_address[0])).is_loopback

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients leave while faults keep them waiting."""
        del request, client_address


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "nginx"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Answer one request."""
        self._answer("")

    def do_POST(self) -> None:
        """Answer one request."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self._send(413, {"error": {"type": "invalid_request_error", "message": "Too large."}})
            self.close_connection = True
            return
        self._answer(self.rfile.read(length).decode("utf-8", "replace"))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: the journal tells."""
        del format, args

    def _answer(self, body: str) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, parts.path, parts.query, body, headers)
        if not request.path.startswith(SWITCHES):
            self._serve(request, self.server.faults.take(request.method, request.path))
        elif self._is_for_us():
            self._switch(request)
        else:
            self._send(421, {"error": "use the address 127.0.0.1 or localhost"})

    def _switch(self, request: Request) -> None:
        try:
            content = json.loads(request.body or "{}")
        except ValueError:
            content = None
        if not isinstance(content, dict):
            self._send(400, {"error": "a JSON object is needed"})
            return
        status, found = self.server.control.answer(request.method, request.path.removeprefix(SWITCHES), content)
        self._send(status, found)

    def _serve(self, request: Request, scenario: Scenario | None) -> None:
        """Answer a request of the API, spoiled by a scenario."""
        if scenario and scenario.kind == "latency":
            time.sleep(scenario.number("seconds", 1))
        if scenario and _is_before(scenario):
            self._spoil(request, scenario, None)
            return
        answer = self.server.api.answer(request, scenario)
        if scenario and scenario.kind in ("error", "reset", "hang", "truncate", "html"):
            self._spoil(request, scenario, answer)
            return
        self.server.journal.add(request, answer.status, scenario, answer.headers)
        self._send(answer.status, answer.body, answer.headers)

    def _spoil(self, request: Request, scenario: Scenario, answer: Answer | None) -> None:
        """Answer wrongly, or not at all."""
        status = {"rate_limit": 429, "lock_timeout": 429, "html": 403, "error": 500}.get(scenario.kind, 0)
        status = int(scenario.number("status", status))
        self.server.journal.add(request, status, scenario, {})
        match scenario.kind:
            case "reset" | "hang":
                if scenario.kind == "hang":
                    self.server.ended.wait(scenario.number("seconds", 60))
                self._drop()
            case "html":
                self._raw(status, b"<html><body>Forbidden</body></html>", _HTML, {})
            case "truncate":
                whole = json.dumps(answer.body if answer else {}).encode()
                self._raw(200, whole, _JSON, {}, sent=len(whole) // 2)
            case "rate_limit" | "lock_timeout":
                after = {"Retry-After": scenario.word("retry_after", "1")} if "retry_after" in scenario.words else {}
                code = "rate_limit" if scenario.kind == "rate_limit" else "lock_timeout"
                self._send(status, _problem("invalid_request_error", code), after)
            case _:
                retry = {"Stripe-Should-Retry": scenario.word("should_retry", "true")}
                self._send(status, _problem("api_error", scenario.word("code", "api_error")), retry)

    def _drop(self) -> None:
        """Close the connection so that the other side sees a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _is_for_us(self) -> bool:
        if not self.server.only_loopback:
            return True
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
        return host == "localhost" or host.startswith("127.") or host == "::1"

    def _send(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        self._raw(status, json.dumps(content, indent=2).encode(), _JSON, headers or {})

    def _raw(self, status: int, body: bytes, media_type: str, headers: dict[str, str], *, sent: int = -1) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body if sent < 0 else body[:sent])
        self.close_connection = self.close_connection or sent >= 0


def _is_before(scenario: Scenario) -> bool:
    if scenario.kind in ("rate_limit", "lock_timeout"):
        return True
    return scenario.kind in ("error", "reset", "html") and scenario.word("when", "before") == "before"


def _problem(kind: str, code: str) -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "message": "Simulated."}}


def _params(request: Request) -> dict[str, Any]:
    try:
        found = forms.parse(request.body if request.method == "POST" else request.query)
    except Refusal:
        return {}
    if isinstance(found.get("card"), dict):
        found["card"] = {name: one for name, one in found["card"].items() if name not in _NEVER_SHOWN}
    return found
