"""Which migrations have made the data of a run folder. Code may add to them; with others it cannot go on."""

import hashlib
import json
import shlex

from tools.demo.folders import ROOT, short
from tools.embedded.folder import RunFolder

_RECORD = "migrations.json"
_SHOWN = 3


class OtherMigrations(Exception):
    """The data was made by migrations that this code does not have."""

    def __init__(self, folder: RunFolder, names: list[str]) -> None:
        shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
        where = "" if folder.path == ROOT / ".run" else f"STRONGROOM_RUN={shlex.quote(short(folder.path))} "
        super().__init__(
            f"The data in {short(folder.path)} was made by another version of Strongroom, whose migrations are not"
            f" those of this code ({shown}). `{where}make demo-reset` removes the data and starts over."
        )


def begin(folder: RunFolder) -> None:
    """Note that data begins with the migrations of this code."""
    _write(folder, _own())


def go_on(folder: RunFolder) -> None:
    """Note the migrations that this code adds to the data. Raises OtherMigrations."""
    own, noted = _own(), _noted(folder)
    if noted is None:
        raise OtherMigrations(folder, ["it did not note them yet"])
    if others := sorted(name for name, content in noted.items() if own.get(name) != content):
        raise OtherMigrations(folder, others)
    if own != noted:
        _write(folder, own)


def _own() -> dict[str, str]:
    """Return the content of each migration of the project, as a hash by its path."""
    paths = sorted(path for path in ROOT.glob("apps/*/migrations/**/*") if path.suffix in (".py", ".sql"))
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _noted(folder: RunFolder) -> dict[str, str] | None:
    try:
        found: dict[str, str] = json.loads((folder.path / _RECORD).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return found


def _write(folder: RunFolder, content: dict[str, str]) -> None:
    draft = folder.path / f"{_RECORD}.draft"
    draft.write_text(json.dumps(content, indent=2))
    draft.replace(folder.path / _RECORD)
