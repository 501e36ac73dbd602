"""The product's HTTP door on a free port of this machine, for tests that need a real server."""

import email
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.support.servers import ROOT
from tools.supervise.children import command

HOST = "127.0.0.1"
_PATIENCE_S = 90.0
_GRACE_S = 10.0


class Web:
    """A running granian. It ends with this process, also when that is killed."""

    def __init__(self, env: dict[str, str], folder: Path, *, port: int = 0) -> None:
        """Start it on the databases that `env` names; logs and mails go to the folder."""
        self.port = port or free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._mails = folder / "mail"
        self._mails.mkdir(parents=True, exist_ok=True)
        self._log = folder / "web.log"
        words = (
            f"-m granian --interface wsgi --no-ws --host {HOST} --port {self.port} --workers 1 --blocking-threads 4"
            " config.wsgi:application"
        )
        ours = {"EMAIL_URL": f"spool://{self._mails}", "PUBLIC_URL": self.url, "ALLOWED_HOSTS": HOST}
        start = command([sys.executable, *words.split()], env={**env, **ours}, cwd=ROOT)
        with self._log.open("wb") as log:
            self._process = start(stdout=log, stderr=log, process_group=0)

    def wait_ready(self) -> None:
        """Wait until it answers anything over HTTP."""
        until = time.monotonic() + _PATIENCE_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                message = f"The web server did not start:\n{self._log.read_text()}"
                raise RuntimeError(message)
            time.sleep(0.05)

    def mails(self) -> list[EmailMessage]:
        """Return all mails it sent, oldest first."""
        parts = [
            part
            for path in sorted(self._mails.iterdir(), key=lambda path: path.stat().st_mtime_ns)
            for part in path.read_bytes().split(b"-" * 79 + b"\n")
        ]
        return [email.message_from_bytes(part, policy=default) for part in parts if part.strip()]  # type: ignore[arg-type]

    def stop(self) -> None:
        """End it and whatever it started."""
        self._process.terminate()
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
