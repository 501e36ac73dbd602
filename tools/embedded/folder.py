"""The run folder: its lock, its secrets, and private places for servers that may run under another uid."""

import fcntl
import os
import re
import secrets
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

NOBODY = 65534
SOCKET_PATH_BYTES = 103
"""Bytes that the path of a socket may have on every system."""

_LONGEST_SOCKET = "/.s.PGSQL.5432"
_PLAIN = re.compile(r"[A-Za-z0-9_./+-]+")
_SECRET_BYTES = 32
_TRAVERSE = 0o711


class FolderBusy(Exception):
    """Another process holds the lock of the run folder."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is in use by another command.")


class NoPlace(Exception):
    """No folder of this machine is fit for the servers' sockets or data."""


class RunFolder:
    """A folder of servers, data and secrets. Nothing is made before the first use."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path).absolute()
        self._lock: int | None = None

    @property
    def uid(self) -> int | None:
        """The uid of servers that refuse to run as root, or None when this user will do."""
        return NOBODY if os.geteuid() == 0 else None

    @property
    def identity(self) -> dict[str, Any]:
        """The options of `subprocess` for a process under the servers' uid, in a folder that it may enter."""
        account = {} if self.uid is None else {"user": self.uid, "group": self.uid, "extra_groups": []}
        return {"cwd": "/", **account}

    @property
    def socket_dir(self) -> Path:
        """The folder of sockets, 0700; a short one under the temporary folder when the path here will not do.

        It is too long for a socket, or has signs that mean something in an address.
        """
        here = self.path / "sockets"
        return self.place("sockets", fits=_is_short(here) and _PLAIN.fullmatch(str(here)) is not None)

    def made(self) -> Path:
        """Return the path of the folder, which exists now; parents too."""
        if not self.path.exists():
            self.path.mkdir(parents=True)
            self.path.chmod(_TRAVERSE if self.uid else stat.S_IRWXU)
        return self.path

    def lock(self) -> None:
        """Lock the folder until this process ends. Raises FolderBusy."""
        if self._lock is not None:
            return
        descriptor = os.open(self.made() / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise FolderBusy(self.path) from None
        self._lock = descriptor

    def secret(self, name: str) -> str:
        """Return the secret of that name; the first call makes it, for good."""
        path = self.made() / f"{name}.secret"
        if not path.exists():
            draft = _private_file(self.path, secrets.token_urlsafe(_SECRET_BYTES))
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_text()

    def place(self, name: str, *, fits: bool = True) -> Path:
        """Return a folder 0700 of the servers' uid: here, or under the temporary folder when this one is closed to it.

        A place elsewhere is remembered in the file NAME.place. `fits` is False when the path here will not do.
        """
        memory = self.made() / f"{name}.place"
        if memory.exists() and self._is_ours(found := Path(memory.read_text())):
            return found
        here = self.path / name
        if fits and self._can_enter(self.path):
            here.mkdir(mode=0o700, exist_ok=True)
            return self._give(here)
        elsewhere = Path(tempfile.mkdtemp(prefix="strongroom-", dir=self._temporary(lasting=fits)))
        _private_file(self.path, str(elsewhere)).replace(memory)
        return self._give(elsewhere)

    def remove(self) -> None:
        """Remove the folder and its places elsewhere, with all data."""
        for memory in self.path.glob("*.place"):
            if self._is_ours(found := Path(memory.read_text())):
                shutil.rmtree(found)
        shutil.rmtree(self.path)

    def _give(self, path: Path) -> Path:
        path.chmod(stat.S_IRWXU)
        if self.uid and path.stat().st_uid != self.uid:
            os.chown(path, self.uid, self.uid)
        return path

    def _is_ours(self, path: Path) -> bool:
        """Whether it is still the private folder we made: in a temporary one others clean up, and may write."""
        try:
            found = path.lstat()
        except OSError:
            return False
        owner = self.uid or os.geteuid()
        return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and stat.S_IMODE(found.st_mode) == stat.S_IRWXU

    def _can_enter(self, path: Path) -> bool:
        if self.uid is None:
            return True
        trial = ["/bin/sh", "-c", 'cd "$1"', "sh", str(path)]
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            trial, check=False, stderr=subprocess.DEVNULL, **self.identity
        )
        return done.returncode == 0

    def _temporary(self, *, lasting: bool) -> Path:
        """Return a folder for a place of data, which should outlive a restart of the machine, or of sockets."""
        usual, survivor = (Path(tempfile.gettempdir()), Path("/tmp")), Path("/var/tmp")  # noqa: S108 - mkdtemp is private
        for path in (survivor, *usual) if lasting else (*usual, survivor):
            if path.is_dir() and _is_short(path / "strongroom-12345678") and self._can_enter(path):
                return path
        message = "No temporary folder is short enough for sockets and open to other users; set TMPDIR to one."
        raise NoPlace(message)


def _is_short(folder: Path) -> bool:
    return len(os.fsencode(folder) + _LONGEST_SOCKET.encode()) <= SOCKET_PATH_BYTES


def _private_file(folder: Path, text: str) -> Path:
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".draft-")
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    return Path(name)
