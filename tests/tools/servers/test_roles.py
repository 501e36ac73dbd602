"""The embedded servers start from nothing anywhere, again after any crash, and leave no process behind."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.tools.servers.runs import ROOT, Run, as_root, package_folder
from tools.embedded.folder import RunFolder

pytestmark = pytest.mark.slow


def test_death_of_starter_and_servers_is_recovered_by_a_start_at_once(run: Run) -> None:
    run.start("durable")
    run.ask("owner", "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)")

    run.kill(run.facts["postgres"], run.facts["redis"])
    run.start("durable")

    assert run.ask("owner", "SELECT id FROM kept") == [(1,)]
    assert run.stop() == 0


def test_lock_file_with_the_pid_of_another_program_is_stale(run: Run) -> None:
    run.start()
    pid_file = run.path / "postgres" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    run.kill(run.facts["postgres"])
    account = {"user": uid, "group": uid} if (uid := RunFolder(run.path).uid) else {}
    other = subprocess.Popen(["/bin/sleep", "600"], cwd="/", **account)

    pid_file.write_text("\n".join([str(other.pid), *lines[1:]]))
    run.start()

    assert run.ask("app", "SELECT 1") == [(1,)]
    assert other.poll() is None
    other.kill()
    other.wait()


def test_second_start_in_the_same_folder_is_refused_and_harms_nothing(durable_run: Run) -> None:
    second = Run(durable_run.path)

    second.start()

    assert second.stop() == 1
    assert durable_run.ask("app", "SELECT 1") == [(1,)]


def test_roles_have_their_timeouts(durable_run: Run) -> None:
    names = "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "transaction_timeout"
    question = "SELECT " + ", ".join(f"current_setting('{name}')" for name in names)

    found = {role: durable_run.ask(role, question)[0] for role in ("owner", "app", "read")}

    assert found == {
        "owner": ("0", "2s", "0", "0"),
        "app": ("1min", "3s", "10s", "90s"),
        "read": ("30s", "1s", "10s", "0"),
    }


@pytest.mark.parametrize("role", ["app", "read"])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM kept",
        "TRUNCATE kept",
        "DROP TABLE kept",
        "ALTER TABLE kept DISABLE TRIGGER ALL",
        "CREATE TABLE own (id int)",
        "CREATE SCHEMA own",
        "CREATE DATABASE own",
        "SET ROLE strongroom_owner",
        "SET session_replication_role = replica",
    ],
)
def test_processes_role_owns_and_destroys_nothing(durable_run: Run, role: str, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        durable_run.ask(role, statement)


@as_root
def test_binaries_in_a_closed_folder_are_copied(open_folder: Path, tmp_path: Path) -> None:
    closed = tmp_path / "site"
    closed.mkdir(mode=0o700)
    package = Path(package_folder())
    for found in package.parent.glob(f"{package.name}*"):
        (closed / found.name).symlink_to(found)
    code = (
        "import sys; from pathlib import Path\n"
        "from tools.embedded import binaries; from tools.embedded.folder import RunFolder\n"
        "print(binaries.postgres(RunFolder(Path(sys.argv[1]))))\n"
    )
    env = {**os.environ, "PYTHONPATH": f"{closed}:{ROOT}"}

    done = subprocess.run(
        [sys.executable, "-c", code, open_folder / "run"], env=env, check=True, capture_output=True, text=True
    )

    copied = Path(done.stdout.strip())
    assert copied.is_relative_to(open_folder)
    for name in ("postgres", "initdb"):
        subprocess.run([copied / name, "--version"], check=True, capture_output=True, user="nobody", cwd="/")


def test_machine_without_binaries_is_told_what_is_missing_and_what_else_will_do(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
        "from tools.embedded import binaries; from tools.embedded.folder import RunFolder\n"
        "for find in (lambda: binaries.postgres(RunFolder(Path(sys.argv[2]))), binaries.redis):\n"
        "    try: find()\n"
        "    except binaries.ServerMissing as error: print(error)\n"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, ROOT, tmp_path / "run"],
        env={"PATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )

    first, second = done.stdout.splitlines()
    assert "PostgreSQL 18" in first
    assert "DATABASE_URL" in first
    assert "Redis" in second
    assert "REDIS_URL" in second
