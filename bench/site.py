"""The doors as they run in production: granian with a worker for each processor, and sockets by daphne.

A worker has one thread: threads of one process wait for one another's interpreter at each of a request's statements.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
_PATIENCE_S = 60.0
_THREADS = 1


class Server:
    """A server with the benchmark's settings on a free port."""

    def __init__(self, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def words(self) -> str:
        """Return what is started, after the interpreter."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings", "ALLOWED_HOSTS": "127.0.0.1", "TLS": "0"}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self.words().split()], cwd=ROOT, env=env, stdout=log, stderr=log, process_group=0
            )
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait(10)

    def _wait(self) -> None:
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                if time.monotonic() > until:
                    message = f"the server did not start:\n{self.log.read_text(errors='replace')}"
                    raise RuntimeError(message) from None
                time.sleep(0.1)
            else:
                return


class Site(Server):
    """The door of HTTP. Its log is read for the number of statements."""

    def words(self) -> str:
        workers = len(os.sched_getaffinity(0))
        return (
            f"-m granian --interface wsgi --no-ws --host 127.0.0.1 --port {self.port} --workers {workers}"
            f" --blocking-threads {_THREADS} config.wsgi:application"
        )


class Sockets(Server):
    """One process of the door of sockets."""

    def words(self) -> str:
        return f"-m config.sockets --host 127.0.0.1 --port {self.port}"
