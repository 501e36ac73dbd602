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
_PROC = Path("/proc")

Progress = Callable[[str], None]


class ServerFailed(Exception):
    """A server could not be prepared, ended while it started, or did not answer in time."""


def silent(_note: str) -> None:
    """Tell nobody."""


def end_earlier(pid_file: Path, owner: Path, signum: signal.Signals, progress: Progress) -> None:
    """End the server that the file names, if it still runs and its command names `owner`.

    Only for who holds the folder's lock: whoever started that server has ended.
    """
    try:
        pid = int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    for pause in _pauses(30.0):
        if not _belongs(pid, owner):
            return
        progress("waiting for an earlier one to end")
        with suppress(ProcessLookupError):
            os.kill(pid, signum)
        time.sleep(pause)
    message = f"Process {pid} of an earlier start does not end; end it by hand."
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


def _belongs(pid: int, owner: Path) -> bool:
    try:
        command = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return False
    return os.fsencode(owner) in command
