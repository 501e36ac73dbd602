"""The HTTP door as it runs in production: granian, one worker process for each processor."""

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
_THREADS = 4


class Site:
    """A granian with the benchmark's settings on a free port. Its log is read for the number of statements."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.log = folder / "web.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        workers = len(os.sched_getaffinity(0))
        words = (
            f"-m granian --interface wsgi --no-ws --host 127.0.0.1 --port {self.port} --workers {workers}"
            f" --blocking-threads {_THREADS} config.wsgi:application"
        )
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings", "ALLOWED_HOSTS": "127.0.0.1", "TLS": "0"}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, *words.split()], cwd=ROOT, env=env, stdout=log, stderr=log, process_group=0
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
