"""One server process of a run folder: what an earlier one has left, and waiting until the new one answers."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess

POLL_S = 0.02
_ASK_AGAIN = 20
_PROC = Path("/proc")

Progress = Callable[[str], None]


class ServerFailed(Exception):
    """A server could not be prepared, ended while it started, or did not answer in time."""


def silent(_note: str) -> None:
    """Tell nobody."""


def end_earlier(pid_file: Path, home: Path, signum: signal.Signals, progress: Progress) -> None:
    """End what an earlier start has left working in `home`, and remove its pid file.

    The number in a pid file may be another process's by now. Only for who holds the folder's lock: whoever started
    that server has ended.
    """
    left: list[int] = []
    for number, pause in enumerate(_pauses(30.0)):
        if not (left := _working_in(home)):
            pid_file.unlink(missing_ok=True)
            return
        progress("waiting for an earlier one to end")
        if number % _ASK_AGAIN == 0 and (leader := _pid_in(pid_file)) in left:
            with suppress(ProcessLookupError):
                os.kill(leader, signum)
        time.sleep(pause)
    message = f"Processes of an earlier start do not end; end them by hand: {', '.join(map(str, left))}."
    raise ServerFailed(message)


def wait_until(
    answers: Callable[[], str | None], process: "subprocess.Popen[Any] | None", name: str, progress: Progress
) -> None:
    """Wait until `answers` returns None; it returns why not yet. Raises ServerFailed when the process ends first."""
    note: str | None = ""
    for pause in _pauses(600.0):
        if (note := answers()) is None:
            return
        if process is not None and process.poll() is not None:
            message = f"{name} ended with code {process.returncode} before it answered; its log says why."
            raise ServerFailed(message)
        progress(note)
        time.sleep(pause)
    message = f"{name} does not answer: {note}"
    raise ServerFailed(message)


def _pauses(seconds: float) -> Iterator[float]:
    until = time.monotonic() + seconds
    pause = POLL_S
    while time.monotonic() < until:
        yield pause
        pause = min(pause * 1.5, 0.25)


def _pid_in(pid_file: Path) -> int:
    """Return the pid that a server has written, or 0."""
    try:
        return int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0


def _working_in(home: Path) -> list[int]:
    """Return the processes whose working folder is `home`: a server and its workers. One that has ended has none."""
    wanted = str(home.resolve())
    found = []
    for entry in _PROC.iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and str((entry / "cwd").readlink()) == wanted:
                found.append(int(entry.name))
    return found
