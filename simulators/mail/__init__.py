"""The mail sink: takes every mail of the demo by SMTP, keeps the last 500 and shows them on a web page.

Nothing is ever sent on. A mail that was answered with 250 is in the file and survives a restart.
"""

import socket
from pathlib import Path

from simulators.mail.smtp import SmtpServer
from simulators.mail.store import MailStore
from simulators.mail.web import WebServer


class MailSimulator:
    """SMTP server and web page over one store."""

    name = "mail"

    def __init__(self, *, host: str, smtp_port: int, web_port: int, folder: Path) -> None:
        """Bind both ports and load the kept mails. Raises OSError with the port that is taken."""
        smtp_listener = _listen(host, smtp_port)
        try:
            web_listener = _listen(host, web_port)
        except OSError:
            smtp_listener.close()
            raise
        self._addresses = {"smtp": _address(smtp_listener), "web": f"http://{_address(web_listener)}"}
        self.store = MailStore(folder / "messages.jsonl")
        self._smtp = SmtpServer(smtp_listener, self.store)
        self._web = WebServer(web_listener, self.store, smtp_address=self._addresses["smtp"])

    @property
    def addresses(self) -> dict[str, str]:
        """`smtp` as host:port and `web` as URL."""
        return dict(self._addresses)

    def start(self) -> None:
        """Take mails and answer requests from now on."""
        self._smtp.start()
        self._web.start()

    def stop(self) -> None:
        """Close both ports; a mail that is being received is refused or stored, never half stored."""
        self._smtp.stop()
        self._web.stop()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise OSError(error.errno, f"cannot listen on {host}:{port} for mail ({error.strerror})") from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"{host}:{port}"
