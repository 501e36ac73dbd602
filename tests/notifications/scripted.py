"""A mail server that does as it is told: takes mails, puts them off, refuses them, hangs up, or hangs."""

import socketserver
import threading
from typing import Any

_USUAL = {
    "hello": "220 scripted",
    "EHLO": "250-scripted\r\n250 SMTPUTF8",
    "HELO": "250 scripted",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 go on",
    ".": "250 kept",
    "RSET": "250 OK",
    "QUIT": "221 bye",
}
HANG_UP, HANG = "hang up", "hang"


class Scripted(socketserver.ThreadingTCPServer):
    """Listens on a free port. `script` gives the answer to a command, `.` being the end of a mail."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, **script: str) -> None:
        """Start to listen."""
        super().__init__(("127.0.0.1", 0), _Session)
        self.script, self.mails, self.reached = dict(script), [], threading.Event()
        self.port: int = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def say(self, command: str, answer: str) -> None:
        """Change the script."""
        self.script[command] = answer

    def close(self) -> None:
        """Stop listening."""
        self.shutdown()
        self.server_close()


class _Session(socketserver.StreamRequestHandler):
    server: Scripted

    def handle(self) -> None:
        self._act("hello")
        while line := self.rfile.readline():
            word = line.decode("utf-8", "replace").strip().upper()[:4].strip()
            if not self._act(word) or word == "QUIT":
                return
            if word == "DATA" and self.server.script.get("DATA", "3").startswith("3") and not self._receive():
                return

    def _act(self, command: str) -> bool:
        answer = self.server.script.get(command) or _USUAL.get(command, "502 unknown")
        if answer in (HANG, HANG_UP):
            self.server.reached.set()
            if answer == HANG:
                threading.Event().wait(30)
            return False
        return self._answer(answer)

    def _answer(self, answer: str) -> bool:
        self.wfile.write(answer.encode() + b"\r\n")
        return True

    def _receive(self) -> bool:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        kept = self._act(".")
        if kept and self.server.script.get(".", "250").startswith("250"):
            self.server.mails.append(b"".join(lines))
        return kept


def use(settings: Any, port: int) -> None:
    """Let Django's mails go to this port."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1
