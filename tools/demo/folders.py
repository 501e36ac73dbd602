"""The run folder: where it is, what is in it, and which one a second demo takes."""

import errno
import os
from pathlib import Path

from tools.embedded.folder import FolderBusy, RunFolder
from tools.supervise.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
ROSTER = "demo.json"
LOGS = "log"
STAFF = "staff.json"
"""What the demo's staff sign in with."""

_MOST = 20
_UNUSABLE = frozenset(
    {
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.ENOENT, errno.ENAMETOOLONG),
        *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO),
    }
)


def run_path() -> Path:
    """Return the folder of everything the demo keeps: STRONGROOM_RUN, or `.run` at the root of the project."""
    return Path(os.environ.get("STRONGROOM_RUN") or ROOT / ".run").absolute()


def short(path: Path) -> str:
    """Return the path as a person at the root of the project would write it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def complaint(error: OSError) -> str | None:
    """Say that the run folder cannot be used, and why; None for an error that has nothing to do with a disk."""
    if error.errno not in _UNUSABLE:
        return None
    where = f" ({error.filename})" if error.filename else ""
    return (
        f"{run_path()} cannot be used: {error.strerror}{where}. Make room or give rights there, or name another folder:"
        " STRONGROOM_RUN=/another/folder make demo"
    )


def claim(terminal: Terminal) -> RunFolder:
    """Return the run folder, locked; another one beside it when a demo runs in it already. Raises FolderBusy."""
    wanted = run_path()
    for number in range(1, _MOST):
        path = wanted if number == 1 else wanted.with_name(f"{wanted.name}-{number}")
        folder = RunFolder(path)
        try:
            folder.lock()
        except FolderBusy:
            terminal.say(f"{short(path)} is in use by a running demo; this one takes a folder and data of its own.")
            continue
        if number > 1:
            terminal.say(f"For its other commands: STRONGROOM_RUN={short(path)} make demo-status")
        return folder
    raise FolderBusy(wanted)
