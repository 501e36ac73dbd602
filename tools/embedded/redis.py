"""Redis of a run folder: one socket, no TCP, a child of whoever starts it."""

import signal
import subprocess
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tools.embedded import binaries
from tools.embedded.folder import RunFolder
from tools.embedded.processes import Progress, end_earlier, silent, wait_until
from tools.supervise.kernel import die_with_parent

_DATABASES = 64


class Redis:
    """The server of one run folder. It runs as the current user, and keeps a snapshot when it ends."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._process: subprocess.Popen[Any] | None = None

    def argv(self) -> list[str]:
        """Return the command of the server."""
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._home),
            "pidfile": str(self._pid_file),
            "databases": str(_DATABASES),
            "daemonize": "no",
            "save": "300 100",
        }
        return [str(binaries.redis()), *(part for name, value in settings.items() for part in (f"--{name}", value))]

    def popen(self, **options: Any) -> "subprocess.Popen[Any]":
        """Start the server as a child that ends with this process; call it from the main thread."""
        end_earlier(self._pid_file, self._home, signal.SIGTERM, silent)
        self._process = subprocess.Popen(
            self.argv(),
            stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            cwd=self._home,
            umask=0o077,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - only from the main thread
            **options,
        )
        return self._process

    def wait_ready(self, progress: Progress = silent) -> None:
        """Wait until the server answers, also while it loads its snapshot. Raises ServerFailed."""
        wait_until(self._refusal, self._process, "Redis", progress)

    def url(self, db: int = 0) -> str:
        """Return the address; without `db` it is the server's, to which the settings add their database."""
        return f"unix://{self._socket}" + (f"?db={db}" if db else "")

    @property
    def _socket(self) -> Path:
        return self._folder.socket_dir / "redis.sock"

    @property
    def _pid_file(self) -> Path:
        return self._home / "redis.pid"

    @property
    def _home(self) -> Path:
        path = self._folder.path / "redis"
        path.mkdir(mode=0o700, exist_ok=True)
        return path

    def _refusal(self) -> str | None:
        try:
            # The client's own retries would sleep for seconds; wait_until asks again at once.
            once = Retry(NoBackoff(), retries=0)
            with redis.Redis(unix_socket_path=str(self._socket), socket_timeout=5, retry=once) as client:
                client.ping()
        except redis.RedisError as error:
            return str(error)
        return None
