"""Everything the simulated account holds: in memory, and in one file that a restart reads.

One JSON object a line, the last one of an id counts; a line that a crash cut short is dropped. No card number is kept.
"""

import json
import secrets
import string
import threading
import time
from pathlib import Path
from typing import Any

_LETTERS = string.ascii_letters + string.digits
_LENGTH = 24
Object = dict[str, Any]


def new_id(prefix: str) -> str:
    """Return an id of the vendor's form."""
    return f"{prefix}_{''.join(secrets.choice(_LETTERS) for _ in range(_LENGTH))}"


class Store:
    """Objects by kind and id. Whoever reads and writes holds `lock` in between."""

    def __init__(self, path: Path) -> None:
        """Read what an earlier run kept. Raises OSError when the folder cannot be used."""
        self.lock = threading.RLock()
        self.clock_s = 0
        self._path = path
        self._kinds: dict[str, dict[str, Object]] = {}
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._load()

    def now(self) -> int:
        """Return the simulated time in unix seconds."""
        return int(time.time()) + self.clock_s

    def put(self, kind: str, key: str, value: Object) -> None:
        """Keep an object; it is in the file when this returns."""
        with self.lock:
            self._kinds.setdefault(kind, {})[key] = value
            self._append(kind, key, value)

    def get(self, kind: str, key: str) -> Object | None:
        """Return a copy of an object."""
        with self.lock:
            found = self._kinds.get(kind, {}).get(key)
            return None if found is None else json.loads(json.dumps(found))

    def all(self, kind: str) -> list[Object]:
        """Return copies of the objects of a kind, oldest first."""
        with self.lock:
            found: list[Object] = json.loads(json.dumps(list(self._kinds.get(kind, {}).values())))
            return found

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self._kinds.clear()
            self.clock_s = 0
            self._rewrite()

    def _append(self, kind: str, key: str, value: Object) -> None:
        # No fsync: what the kernel has taken survives the end of this process, and a demo need not survive a power cut.
        self._path.touch(mode=0o600)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(kind, key, value))

    def _load(self) -> None:
        if not self._path.exists():
            return
        for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                kept = json.loads(line)
                self._kinds.setdefault(kept["kind"], {})[kept["id"]] = kept["value"]
            except (ValueError, KeyError, TypeError):
                continue
        self._rewrite()

    def _rewrite(self) -> None:
        draft = self._path.with_suffix(".new")
        draft.touch(mode=0o600)
        with draft.open("w", encoding="utf-8") as file:
            file.writelines(
                _line(kind, key, value) for kind, found in self._kinds.items() for key, value in found.items()
            )
        draft.replace(self._path)


def _line(kind: str, key: str, value: Object) -> str:
    return json.dumps({"kind": kind, "id": key, "value": value}, ensure_ascii=False) + "\n"
