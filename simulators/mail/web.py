"""Web door of the mail sink: pages for people, JSON for programs. Reads only; no request changes anything.

A page that another site opens in disguise must not read one-time codes, so a foreign Host is refused on loopback.
"""

import ipaddress
import json
import re
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from simulators.mail import pages
from simulators.mail.store import MAX_MAILS, Mail, MailStore

_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# The mail's own HTML runs nothing and loads nothing, also when it is opened outside its frame.
_MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
_HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_STOP_WITHIN_S = 0.1
_ID = r"(?P<mail_id>[0-9]{1,15})"
_ASSETS = {"style.css": "text/css; charset=utf-8", "inbox.js": "text/javascript; charset=utf-8"}


class WebServer:
    """HTTP on a bound listener, a thread for each connection."""

    def __init__(self, listener: socket.socket, store: MailStore, *, smtp_address: str) -> None:
        """Take over the listener; it answers once started."""
        self._server = _Server(listener, store, smtp_address)
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            args=(_STOP_WITHIN_S,),
            name="mail-web",
            daemon=True,
        )

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and wait for the thread; running requests end with the process."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, store: MailStore, smtp_address: str) -> None:
        super().__init__(listener.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.store = store
        self.smtp_address = smtp_address
        self.only_loopback = ipaddress.ip_address(str(self.server_address[0])).is_loopback


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "MailSink"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """Answer one request by its path."""
        if not self._is_for_us():
            self._page(
                pages.problem("Other host", "Open this page by the address 127.0.0.1 or localhost."),
                HTTPStatus.MISDIRECTED_REQUEST,
            )
            return
        parts = urlsplit(self.path)
        self.query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        for pattern, answer in self._routes:
            found = pattern.fullmatch(parts.path)
            if found:
                answer(self, **found.groupdict())
                return
        self._page(pages.problem("Not found", "There is no such page."), HTTPStatus.NOT_FOUND)

    def do_HEAD(self) -> None:
        """Answer as to GET, without the body."""
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: addresses of people stand in the paths."""
        del format, args

    def _inbox(self) -> None:
        to = self.query.get("to", "").strip()
        mails = self.server.store.newest(to=to)
        self._page(pages.inbox(mails, to=to, smtp_address=self.server.smtp_address))

    def _message(self, mail_id: str) -> None:
        mail = self.server.store.get(int(mail_id))
        if mail:
            self._page(pages.message(mail))
        else:
            self._page(pages.problem("Not found", "This mail is no longer kept."), HTTPStatus.NOT_FOUND)

    def _mail_html(self, mail_id: str) -> None:
        mail = self.server.store.get(int(mail_id))
        status = HTTPStatus.OK if mail else HTTPStatus.NOT_FOUND
        self._send(mail.content.html if mail else "", _HTML, status, _MAIL_POLICY)

    def _source(self, mail_id: str) -> None:
        mail = self.server.store.get(int(mail_id))
        status = HTTPStatus.OK if mail else HTTPStatus.NOT_FOUND
        self._send(mail.raw.decode("utf-8", "replace") if mail else "", _TEXT, status)

    def _asset(self, name: str) -> None:
        if name not in _ASSETS:
            self._send("", _TEXT, HTTPStatus.NOT_FOUND)
            return
        content = resources.files("simulators.mail").joinpath("assets", name).read_text(encoding="utf-8")
        self._send(content, _ASSETS[name])

    def _api_list(self) -> None:
        try:
            after = int(self.query.get("after", "0"))
            limit = int(self.query.get("limit", str(MAX_MAILS)))
        except ValueError:
            self._json({"error": "after and limit are whole numbers"}, HTTPStatus.BAD_REQUEST)
            return
        mails = self.server.store.newest(to=self.query.get("to", "").strip(), after=after, limit=max(0, limit))
        self._json({"messages": [_summary(mail) for mail in mails]})

    def _api_message(self, mail_id: str) -> None:
        mail = self.server.store.get(int(mail_id))
        if mail:
            self._json(_whole(mail))
        else:
            self._json({"error": "this mail is not kept"}, HTTPStatus.NOT_FOUND)

    def _is_for_us(self) -> bool:
        if not self.server.only_loopback:
            return True
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
        return host == "localhost" or host.endswith(".localhost") or host.startswith("127.") or host == "::1"

    def _json(self, content: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(json.dumps(content, ensure_ascii=False), "application/json; charset=utf-8", status)

    def _page(self, content: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(content, _HTML, status)

    def _send(
        self,
        content: str,
        media_type: str,
        status: HTTPStatus = HTTPStatus.OK,
        policy: str = _PAGE_POLICY,
    ) -> None:
        body = content.encode("utf-8", "replace")
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    _routes: ClassVar[tuple[tuple[re.Pattern[str], Callable[..., None]], ...]] = (
        (re.compile(r"/"), _inbox),
        (re.compile(rf"/messages/{_ID}"), _message),
        (re.compile(rf"/messages/{_ID}/html"), _mail_html),
        (re.compile(rf"/messages/{_ID}/source"), _source),
        (re.compile(r"/assets/(?P<name>[a-z.]+)"), _asset),
        (re.compile(r"/api/messages"), _api_list),
        (re.compile(rf"/api/messages/{_ID}"), _api_message),
    )


def _summary(mail: Mail) -> dict[str, object]:
    content = mail.content
    return {
        "id": mail.id,
        "received_at": mail.received_at.isoformat(),
        "sender": mail.sender,
        "to": list(mail.to),
        "from": content.from_,
        "subject": content.subject,
        "snippet": content.snippet,
        "code": content.code,
    }


def _whole(mail: Mail) -> dict[str, object]:
    content = mail.content
    return _summary(mail) | {
        "text": content.text,
        "html": content.html,
        "headers": [list(header) for header in content.headers],
        "attachments": [
            {"name": part.name, "media_type": part.media_type, "size": part.size} for part in content.attachments
        ],
    }
