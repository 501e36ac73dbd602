"""The supervisor keeps its children alive and leaves no process behind, however it ends."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.supervise import logs, processes
from tools.supervise.children import rest_s

PROGRAM = Path(__file__).with_name("supervised.py")
ROOT = Path(__file__).parents[2]
PATIENCE_S = 20.0
# The first process of a terminal, as make is: it notes the hang-up and waits for its own child all the same.
WAITS_THROUGH_HANG_UP = (
    "import signal, subprocess, sys\n"
    "signal.signal(signal.SIGHUP, lambda *_: None)\n"
    "sys.exit(subprocess.run(sys.argv[1:]).returncode)\n"
)


class Run:
    """One running supervisor on a terminal of its own, and everything that was started under its marker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.marker = f"SUPERVISED_TEST={uuid.uuid4()}"
        self.terminal = -1
        self.supervisor: subprocess.Popen[bytes] | None = None
        self.wrapper: list[str] = []

    def start(self, *children: str, words: str = "up and watching") -> None:
        self.terminal, inner = pty.openpty()
        self.supervisor = subprocess.Popen(
            [*self.wrapper, sys.executable, PROGRAM, self.folder, *children],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "MARKER": self.marker},
            preexec_fn=lambda: os.login_tty(inner),  # noqa: PLW1509 - this process has one thread
        )
        os.close(inner)
        self.output = ""
        self.read_until(words)

    def read_until(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while words not in self.output:
            assert time.monotonic() < deadline, self.output
            self.output += os.read(self.terminal, 4096).decode()

    def pid_of(self, child: str) -> int:
        entries = json.loads((self.folder / "roster.json").read_text())["processes"]
        return next(entry["pid"] for entry in entries if entry["name"] == child)

    def workers_of(self, child: str) -> list[int]:
        leader = self.pid_of(child)
        deadline = time.monotonic() + PATIENCE_S
        while not (found := [process.pid for process in processes.descendants(leader)]):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return found

    def alive(self) -> list[int]:
        found = processes.everything()
        return [process.pid for process in found if not process.ended and processes.carries(process.pid, self.marker)]

    def await_alive(self, count: int) -> list[int]:
        deadline = time.monotonic() + PATIENCE_S
        while len(found := self.alive()) != count and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def wait(self) -> int:
        assert self.supervisor is not None
        return self.supervisor.wait(PATIENCE_S)

    def close(self) -> None:
        for pid in self.alive():
            os.kill(pid, signal.SIGKILL)
        if self.supervisor is not None:
            self.supervisor.kill()
            self.supervisor.wait()
        if self.terminal >= 0:
            os.close(self.terminal)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path)
    yield run
    run.close()


def test_ctrl_c_ends_everything(run: Run) -> None:
    run.start("sleeper", "leader")
    run.workers_of("leader")

    os.write(run.terminal, b"\x03")

    assert run.wait() == 0
    assert run.alive() == []


def test_ctrl_c_twice_does_not_wait_for_a_stubborn_child(run: Run) -> None:
    run.start("stubborn", "leader")
    began = time.monotonic()

    os.write(run.terminal, b"\x03")
    time.sleep(0.7)
    os.write(run.terminal, b"\x03")

    assert run.wait() == 0
    assert run.alive() == []
    assert time.monotonic() - began < 8


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP])
def test_signal_ends_everything(run: Run, signum: signal.Signals) -> None:
    run.start("sleeper", "leader")
    run.workers_of("leader")

    assert run.supervisor is not None
    run.supervisor.send_signal(signum)

    assert run.wait() == 0
    assert run.alive() == []


def test_interrupt_ends_everything_from_the_background_of_a_script(run: Run) -> None:
    run.wrapper = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]
    run.start("sleeper", "leader")

    assert run.supervisor is not None
    run.supervisor.send_signal(signal.SIGINT)

    assert run.wait() == 0
    assert run.alive() == []


@pytest.mark.parametrize("wrapper", [[], [sys.executable, "-c", WAITS_THROUGH_HANG_UP]], ids=["alone", "under make"])
def test_closed_terminal_ends_everything(run: Run, wrapper: list[str]) -> None:
    run.wrapper = wrapper
    run.start("sleeper", "leader")

    os.close(run.terminal)
    run.terminal = -1

    assert run.wait() == 0
    assert run.alive() == []


def test_kill_of_the_supervisor_ends_everything(run: Run) -> None:
    run.start("sleeper", "leader")
    run.workers_of("leader")

    assert run.supervisor is not None
    run.supervisor.kill()

    assert run.await_alive(0) == []


def test_dead_child_is_started_again_with_its_group(run: Run) -> None:
    run.start("leader")
    leader, workers = run.pid_of("leader"), run.workers_of("leader")
    began = time.monotonic()

    os.kill(leader, signal.SIGKILL)
    run.read_until("it is started again")
    while run.pid_of("leader") == leader:
        time.sleep(0.02)

    assert time.monotonic() - began < 2
    assert set(workers) & set(run.alive()) == set()
    assert len(run.workers_of("leader")) == 1


def test_end_after_a_killed_leader_leaves_nothing(run: Run) -> None:
    run.start("leader")
    run.workers_of("leader")
    os.kill(run.pid_of("leader"), signal.SIGKILL)

    os.write(run.terminal, b"\x03")

    assert run.wait() == 0
    assert run.alive() == []


def test_next_start_ends_what_a_killed_supervisor_left(run: Run) -> None:
    run.start("leader", "hesitant")
    worker, hesitant = run.workers_of("leader")[0], run.pid_of("hesitant")
    assert run.supervisor is not None
    run.supervisor.send_signal(signal.SIGSTOP)
    os.kill(run.pid_of("leader"), signal.SIGKILL)
    run.supervisor.kill()
    run.wait()
    assert set(run.await_alive(2)) == {worker, hesitant}
    os.close(run.terminal)

    run.start("sleeper")

    assert "leftovers: 2" in run.output
    assert run.alive() == [run.pid_of("sleeper")]


def test_child_that_never_starts_is_reported_with_its_log(run: Run) -> None:
    run.start("sleeper", "failing", words="no ink")

    assert run.wait() == 1
    assert "failing ended with code 3 each time it was started. Its log ends with:" in run.output
    assert run.alive() == []


def test_rest_grows_to_half_a_minute() -> None:
    assert [rest_s(failures) for failures in (0, 1, 2, 3, 4, 5, 6, 99)] == [0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 30.0]


def test_log_above_the_cap_is_moved_and_the_writer_goes_on(tmp_path: Path) -> None:
    with logs.open_log(tmp_path, "web") as log:
        log.write(b"x" * 20)

        logs.trim(tmp_path, cap_bytes=10)
        log.write(b"after\n")

    assert (tmp_path / "web.log.1").read_bytes() == b"x" * 20
    assert (tmp_path / "web.log").read_bytes() == b"after\n"
    assert logs.tail(tmp_path, "web") == "after"
