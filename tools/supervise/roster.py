"""The file that says what runs: written at each start of a child, read by the next start, by status and by others."""

import json
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tools.supervise import processes
from tools.supervise.children import Child

_GRACE_S = 10.0
_KILL_S = 2.0
_POLL_S = 0.05


class Roster:
    """A JSON file: the caller's facts, `supervisor` and `processes` (name, pid, started, restarts, ...)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.facts: dict[str, Any] = {}

    def write(self, children: Sequence[Child]) -> None:
        """Replace the file at once, so a reader sees the old or the new one."""
        own = processes.read(os.getpid())
        text = json.dumps(
            {
                **self.facts,
                "supervisor": {"pid": os.getpid(), "started": own.started if own else 0},
                "processes": [
                    {
                        "name": child.spec.name,
                        "pid": child.pid,
                        "started": child.started_ticks,
                        "restarts": child.restarts,
                        "stage": child.spec.stage,
                        "stop_signal": int(child.spec.stop_signal),
                    }
                    for child in children
                ],
            },
            indent=2,
        )
        draft = self._path.with_suffix(".draft")
        draft.write_text(f"{text}\n")
        draft.replace(self._path)

    def read(self) -> dict[str, Any] | None:
        """Return what was written last, or None."""
        try:
            found: dict[str, Any] = json.loads(self._path.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return found

    def running(self) -> dict[str, Any] | None:
        """Return what was written last when its supervisor still runs, else None."""
        found = self.read()
        return found if found and processes.is_alive(**found["supervisor"]) else None

    def remove(self) -> None:
        """Remove the file: nothing runs any more."""
        self._path.unlink(missing_ok=True)

    def end_leftovers(self, marker: str, progress: Callable[[str], None]) -> list[str]:
        """End what a supervisor left that was killed; `progress` is told the name of each. Return the names.

        Leftovers are the leaders in the file that still run, then every process with the environment entry `marker`.
        """
        found = self.read() or {"processes": []}
        names = []
        for entry in sorted(found["processes"], key=lambda entry: int(entry["stage"])):
            if processes.is_alive(entry["pid"], entry["started"]):
                names.append(entry["name"])
                progress(entry["name"])
                _end(entry["pid"], entry["started"], signal.Signals(entry["stop_signal"]))
        for process in processes.everything():
            if process.pid != os.getpid() and not process.ended and processes.carries(process.pid, marker):
                names.append(process.name)
                progress(process.name)
                _end(process.pid, process.started, signal.SIGTERM)
        self.remove()
        return names


def _end(pid: int, started: int, signum: signal.Signals) -> None:
    for wish, patience_s in ((signum, _GRACE_S), (signal.SIGKILL, _KILL_S)):
        until = time.monotonic() + patience_s
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, wish)
        while processes.is_alive(pid, started) and time.monotonic() < until:
            time.sleep(_POLL_S)
