"""One child process: how it is started, ended, and how long it rests before it is started again."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.supervise import processes
from tools.supervise.kernel import die_with_parent
from tools.supervise.logs import open_log

_RESTS_S = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_SOUND_S = 20.0

Start = Callable[..., "subprocess.Popen[Any]"]


def command(
    argv: Sequence[str], *, env: Mapping[str, str], cwd: Path, death_signal: signal.Signals = signal.SIGTERM
) -> Start:
    """Return the start of an ordinary child: no standard input, and `death_signal` when its parent is gone."""

    def start(**options: Any) -> "subprocess.Popen[Any]":
        return subprocess.Popen(
            argv,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            preexec_fn=die_with_parent(death_signal),  # noqa: PLW1509 - the supervisor has one thread
            **options,
        )

    return start


def rest_s(failures: int) -> float:
    """Return the seconds of rest after so many early deaths in a row: under 2 s for the first ones, 30 s at most."""
    return _RESTS_S[min(failures, len(_RESTS_S) - 1)]


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A child as wanted. Lower stages end first; `hurry_signal` ends a child that would not wait for its work."""

    name: str
    start: Start
    stage: int = 0
    stop_signal: signal.Signals = signal.SIGTERM
    hurry_signal: signal.Signals = signal.SIGKILL
    is_ready: Callable[[], bool] = lambda: True


@dataclass
class Child:
    """A child as it is."""

    spec: Spec
    logs: Path
    restarts: int = -1
    started_ticks: int = 0
    due: float | None = None
    _process: "subprocess.Popen[Any] | None" = None
    _born: float = field(default_factory=time.monotonic)
    _failures: int = 0

    @property
    def pid(self) -> int:
        """The leader's pid, which is also the number of its process group; 0 before the first start."""
        return self._process.pid if self._process else 0

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def ending(self) -> str:
        """How the leader ended, in words."""
        code = self._process.returncode if self._process else 0
        return f"signal {-code}" if code < 0 else f"code {code}"

    @property
    def returncode(self) -> int | None:
        return self._process.poll() if self._process else None

    def launch(self) -> None:
        """Start the leader in a process group of its own, its output at the end of its log."""
        with open_log(self.logs, self.spec.name) as log:
            self._process = self.spec.start(stdout=log, stderr=subprocess.STDOUT, process_group=0)
        self._born = time.monotonic()
        self.due = None
        self.restarts += 1
        process = processes.read(self._process.pid)
        self.started_ticks = process.started if process else 0

    def bury(self) -> None:
        """After the leader's death: ends the rest of its group and sets the time of the next start."""
        self.kill_group()
        lived = time.monotonic() - self._born
        self._failures = self._failures + 1 if lived < _SOUND_S else 0
        self.due = time.monotonic() + rest_s(self._failures)

    def send(self, signum: signal.Signals) -> None:
        """Signal the leader; it ends its own workers."""
        if self._process is not None:
            self._process.send_signal(signum)

    def kill_group(self) -> None:
        """SIGKILL to the whole group. The leader may be gone: what it left in its group still holds the port."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
