"""What a measurement costs: time of processors, of the server and of its callers, write-ahead log, room, deadlocks."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import psycopg

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_SETTINGS: Final = ("fsync", "full_page_writes", "synchronous_commit", "shared_buffers", "max_wal_size")
_DURABLE: Final = _SETTINGS[:3]
_STATE: Final = """
SELECT (SELECT pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint,
       (SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c
         WHERE c.relname LIKE ANY (ARRAY['ledger\\_%', 'bench\\_%']) AND c.relkind = 'r')::bigint
"""
_FOLLOWER: Final = "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()"


@dataclass(frozen=True, slots=True)
class Reading:
    """Sums at one instant: seconds of processors, bytes."""

    server_s: float
    clients_s: float
    follower_s: float
    wal: int
    room: int

    def since(self, earlier: "Reading") -> "Reading":
        """Return what has been added since an earlier reading."""
        return Reading(
            self.server_s - earlier.server_s,
            self.clients_s - earlier.clients_s,
            self.follower_s - earlier.follower_s,
            self.wal - earlier.wal,
            self.room - earlier.room,
        )


class Meters:
    """The server of one connection, whose processes are seen where they run on this machine."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection
        self._postmaster = _postmaster_of(self._one("SELECT pg_backend_pid()")[0])

    @property
    def is_local(self) -> bool:
        """Tell whether the server's processes are seen here: without them its time is unknown."""
        return self._postmaster is not None

    def read(self, clients: Iterable[int], follower: int | None = None, follower_name: str = "") -> Reading:
        """Return what has been used up to now: `clients` and `follower` are processes, the name its connection's."""
        found = self._connection.execute(_FOLLOWER, [follower_name]).fetchall()
        backends = [int(pid) for (pid,) in found] if self.is_local else []
        wal, room = self._one(_STATE)
        following = [*backends, *([follower] if follower else [])]
        return Reading(self.server_s(), _cpu_s(clients), _cpu_s(following), wal, room)

    def server_s(self) -> float:
        """Return the seconds of processors that the server has used since its start, also by ended connections."""
        if self._postmaster is None:
            return 0.0
        return _cpu_s([self._postmaster], ended=True) + _cpu_s(_children_of(self._postmaster))

    def deadlocks(self) -> int:
        """Return how many the server has broken up in this database."""
        return int(self._one("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0])

    def settings(self) -> dict[str, str]:
        """Return what the server promises to keep, and with how much memory."""
        return {name: str(self._one("SELECT current_setting(%s)", name)[0]) for name in _SETTINGS}

    def version(self) -> str:
        """Return the server's version."""
        return str(self._one("SELECT current_setting('server_version')")[0])

    def guards(self) -> list[str]:
        """Return the triggers of the books that work in every mode of a connection."""
        rows = self._connection.execute(
            "SELECT DISTINCT tgname FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'ledger\\_%'"
            " AND tgenabled = 'A' AND tgname LIKE 'ledger\\_%' ORDER BY 1"
        )
        return [str(name) for (name,) in rows]

    def _one(self, statement: str, *values: Any) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = self._connection.execute(statement, values or None).fetchone()
        if row is None:
            message = f"no row: {statement}"
            raise LookupError(message)
        return row


def missing_promises(settings: dict[str, str]) -> list[str]:
    """Return the settings without which what was acknowledged could be lost."""
    return [name for name in _DURABLE if settings[name] == "off"]


def ticks(stat: str, *, ended: bool = False) -> int:
    """Return the ticks of a line of `/proc/PID/stat`, with those of its ended children if asked for."""
    fields = stat.rpartition(")")[2].split()
    return sum(map(int, fields[11 : 15 if ended else 13]))


def _cpu_s(pids: Iterable[int], *, ended: bool = False) -> float:
    return sum(ticks(stat, ended=ended) for pid in pids if (stat := _stat(pid))) / _TICKS


def _stat(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _parent(stat: str) -> int:
    return int(stat.rpartition(")")[2].split()[1])


def _postmaster_of(backend: int) -> int | None:
    """Return the parent of a backend, if both are processes of this machine."""
    stat = _stat(backend)
    if "(postgres)" not in stat or "(postgres)" not in _stat(_parent(stat)):
        return None
    return _parent(stat)


def _children_of(parent: int) -> list[int]:
    pids = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [pid for pid in pids if (stat := _stat(pid)) and _parent(stat) == parent]
