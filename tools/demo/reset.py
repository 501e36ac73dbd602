"""`make demo-reset`: ends the running demo, if any, and removes all its data."""

import os
import signal
import time

from tools.demo.folders import ROSTER, run_path
from tools.embedded.folder import FolderBusy, RunFolder
from tools.supervise import processes
from tools.supervise.roster import Roster

_PATIENCE_S = 40.0


def reset() -> int:
    """Remove the run folder; returns 1 when something still uses it or it is not a run folder."""
    path = run_path()
    if not path.exists():
        print(f"Nothing to remove: {path} does not exist.")
        return 0
    _end_running(Roster(path / ROSTER))
    folder = RunFolder(path)
    try:
        folder.lock()
    except FolderBusy:
        print(f"{path} is in use by another command; nothing was removed.")
        return 1
    folder.remove()
    print(f"Removed {path}. The next `make demo` starts from nothing.")
    return 0


def _end_running(roster: Roster) -> None:
    if found := roster.running():
        print("Stopping the running demo ...")
        os.kill(found["supervisor"]["pid"], signal.SIGTERM)
        until = time.monotonic() + _PATIENCE_S
        while processes.is_alive(**found["supervisor"]) and time.monotonic() < until:
            time.sleep(0.1)
