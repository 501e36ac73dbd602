"""A demo with data of its own, whose processes are killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings.env import VARIABLES
from tools.demo.servers import DATABASE
from tools.embedded.folder import RunFolder
from tools.embedded.postgres import Postgres
from tools.supervise import processes

ROOT = Path(__file__).parents[2]
UP_S = 300.0
END_S = 60.0
UP = "Strongroom is running"


class Demo:
    """One folder, in which a demo is started, killed and started again."""

    def __init__(self, folder: Path) -> None:
        tests_own = {"DJANGO_SETTINGS_MODULE", *(variable.name for variable in VARIABLES)}
        self.folder = folder
        self.env = {name: value for name, value in os.environ.items() if name not in tests_own}
        self.env["STRONGROOM_RUN"] = str(folder)
        self._screen = folder.with_name("screen.txt")
        self._program: subprocess.Popen[bytes] | None = None

    def start(self, until: str = UP) -> None:
        """Start it and wait until it says these words."""
        with self._screen.open("wb") as screen:
            self._program = subprocess.Popen(self._python("tools.demo", "start"), cwd=ROOT, env=self.env, stdout=screen)
        ends = time.monotonic() + UP_S
        while until not in self._screen.read_text():
            assert self._program.poll() is None, self._screen.read_text()
            assert time.monotonic() < ends, self._screen.read_text()
            time.sleep(0.1)

    def kill(self, name: str) -> None:
        """Kill a process of the demo; one that was killed just before is first waited for."""
        ends = time.monotonic() + UP_S
        while not processes.is_alive((entry := self._entry(name))["pid"], entry["started"]):
            assert time.monotonic() < ends, f"{name} was not started again"
            time.sleep(0.05)
        os.kill(entry["pid"], signal.SIGKILL)

    def kill_supervisor(self) -> None:
        """Kill the one process that looks after the others."""
        self._started.kill()
        self._started.wait()

    def kill_everything(self) -> None:
        """Kill all processes as if the machine had lost its power: nobody can tidy up after another."""
        self._started.send_signal(signal.SIGSTOP)
        for process in processes.descendants(self._started.pid):
            os.kill(process.pid, signal.SIGKILL)
        self.kill_supervisor()

    def restarts(self, name: str) -> int:
        return int(self._entry(name)["restarts"])

    def journey(self) -> "subprocess.Popen[str]":
        """Start a journey; its lines are read from its output."""
        return subprocess.Popen(
            self._python("tools.journey"), cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True
        )

    def books(self) -> "subprocess.CompletedProcess[str]":
        """Check the books of the running demo."""
        check = [sys.executable, "manage.py", "check_invariants"]
        return subprocess.run(
            [*self._python("tools.runtime", "exec", "--"), *check],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        with Postgres(RunFolder(self.folder)).connect(DATABASE) as connection:
            row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]  # own words
        assert row is not None
        return int(row[0])

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self._program is not None and self._program.poll() is None:
            self._program.send_signal(signal.SIGINT)
            self._program.wait(END_S)

    def left(self) -> list[str]:
        """Return the names of all processes of this folder."""
        marker = f"STRONGROOM_RUN={self.folder}"
        return [one.name for one in processes.everything() if not one.ended and processes.carries(one.pid, marker)]

    @property
    def _started(self) -> "subprocess.Popen[bytes]":
        assert self._program is not None
        return self._program

    def _entry(self, name: str) -> dict[str, int]:
        found: list[dict[str, int]] = json.loads((self.folder / "demo.json").read_text())["processes"]
        return next(one for one in found if one["name"] == name)

    def _python(self, *words: str) -> list[str]:
        return [sys.executable, "-m", *words]


def using(path: Path, request: pytest.FixtureRequest) -> Iterator[Demo]:
    """Give a demo in this folder and end it. The folder goes unless something failed: logs are worth their room."""
    demo = Demo(path / "run")
    try:
        yield demo
    finally:
        demo.stop()
    if not request.session.testsfailed:
        RunFolder(demo.folder).remove()
