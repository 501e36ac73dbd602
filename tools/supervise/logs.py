"""Log files of the children: appended to by the child itself, so they outlive the supervisor; capped in size."""

import shutil
from pathlib import Path
from typing import BinaryIO

CAP_BYTES = 10 * 1024 * 1024


def open_log(folder: Path, name: str) -> BinaryIO:
    """Open the log of the child `name` for appending, readable by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    path.touch(mode=0o600)
    return path.open("ab", buffering=0)


def trim(folder: Path, cap_bytes: int = CAP_BYTES) -> None:
    """Move the text of each log above the cap to `<name>.log.1`; the child goes on writing into the emptied file."""
    for path in folder.glob("*.log"):
        if path.stat().st_size > cap_bytes:
            shutil.copyfile(path, path.with_suffix(".log.1"))
            with path.open("r+b") as log:
                log.truncate(0)


def tail(folder: Path, name: str, lines: int = 20) -> str:
    """Return the last lines of a log, or nothing when there is none."""
    try:
        with (folder / f"{name}.log").open("rb") as log:
            log.seek(max(0, log.seek(0, 2) - 64 * 1024))
            text = log.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
