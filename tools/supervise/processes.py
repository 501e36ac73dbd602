"""Facts about processes, read from /proc."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `started` is in clock ticks since boot: with the pid it names a process for good."""

    pid: int
    name: str
    state: str
    parent: int
    group: int
    started: int

    @property
    def ended(self) -> bool:
        """True for one that has ended and only waits for its parent to ask how."""
        return self.state in "ZX"


def read(pid: int) -> Process | None:
    """Return the process, or None when there is none."""
    try:
        head, _, tail = (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")
    except OSError:
        return None
    fields = tail.split()
    return Process(pid, head.partition("(")[2], fields[0], int(fields[1]), int(fields[2]), int(fields[19]))


def is_alive(pid: int, started: int) -> bool:
    """Whether exactly this process still runs; its number may belong to another by now."""
    process = read(pid)
    return process is not None and process.started == started and not process.ended


def everything() -> list[Process]:
    """Return all processes of the machine that this user can see."""
    found = (read(int(entry.name)) for entry in _PROC.iterdir() if entry.name.isdigit())
    return [process for process in found if process is not None]


def descendants(pid: int) -> list[Process]:
    """Return the children of `pid`, their children, and so on; also those that have ended."""
    children: dict[int, list[Process]] = defaultdict(list)
    for process in everything():
        children[process.parent].append(process)
    found: list[Process] = []
    waiting = [pid]
    while waiting:
        below = children[waiting.pop()]
        found += below
        waiting += [process.pid for process in below]
    return found


def carries(pid: int, marker: str) -> bool:
    """Whether the process was started with the environment entry `marker` ("NAME=value")."""
    try:
        return marker.encode() in (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def pss_kib(pid: int) -> int:
    """Return the proportional memory in KiB: shared pages count once over all who share them."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
