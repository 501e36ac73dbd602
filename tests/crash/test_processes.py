"""Each process of the demo is killed over and over in one journey: the journey goes on, and the books balance.

The long form of the crash suites: `make test-crash`. Each journey takes a minute or two: no part of `make test`.
CRASH_PROCESSES names some of the processes alone, as a list of JSON.
"""

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
from tools.embedded.folder import RunFolder
from tools.supervise import processes

ROOT = Path(__file__).parents[2]
UP_S = 300.0
PROCESSES = json.loads(os.environ.get("CRASH_PROCESSES", "null")) or [
    *("web", "sockets", "worker", "codes", "beat", "metrics", "simulators", "redis", "postgres")
]
# Right after each of these steps, while the next one is under way.
MOMENTS = (
    "Kenji signs up",
    "Ada shows her identity card",
    "Ada adds a card",
    "Ada previews",
    "The agent takes the chat",
)


class Demo:
    """A demo with data of its own."""

    def __init__(self, folder: Path) -> None:
        tests_own = {"DJANGO_SETTINGS_MODULE", *(variable.name for variable in VARIABLES)}
        self.env = {name: value for name, value in os.environ.items() if name not in tests_own}
        self.env["STRONGROOM_RUN"] = str(folder)
        self.facts = folder / "demo.json"
        self.log = folder / "screen.txt"
        folder.mkdir(parents=True)
        with self.log.open("wb") as log:
            self.program = subprocess.Popen(self.python("tools.demo", "start"), cwd=ROOT, env=self.env, stdout=log)

    def python(self, *words: str) -> list[str]:
        return [sys.executable, "-m", *words]

    def wait(self) -> None:
        until = time.monotonic() + UP_S
        while "Strongroom is running" not in self.log.read_text():
            assert self.program.poll() is None, self.log.read_text()
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.5)

    def restarts(self, name: str) -> int:
        return int(self._entry(name)["restarts"])

    def kill(self, name: str) -> None:
        """Kill the process; one that was killed just before is first waited for."""
        until = time.monotonic() + UP_S
        while not processes.is_alive((entry := self._entry(name))["pid"], entry["started"]):
            assert time.monotonic() < until, f"{name} was not started again"
            time.sleep(0.05)
        os.kill(entry["pid"], signal.SIGKILL)

    def journey(self, victim: str) -> tuple[int, int, str]:
        """Return how often the victim was killed, the exit code of the journey, and what it said."""
        kills, said = 0, ""
        with subprocess.Popen(
            self.python("tools.journey"), cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True
        ) as journey:
            assert journey.stdout is not None
            for line in journey.stdout:
                said += line
                if any(moment in line for moment in MOMENTS):
                    self.kill(victim)
                    kills += 1
        return kills, journey.returncode, said

    def books(self) -> "subprocess.CompletedProcess[str]":
        check = [sys.executable, "manage.py", "check_invariants"]
        return subprocess.run(
            [*self.python("tools.runtime", "exec", "--"), *check],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )

    def stop(self) -> None:
        self.program.send_signal(signal.SIGINT)
        self.program.wait(60)

    def _entry(self, name: str) -> dict[str, int]:
        found: list[dict[str, int]] = json.loads(self.facts.read_text())["processes"]
        return next(one for one in found if one["name"] == name)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("crash") / "run"
    running = Demo(folder)
    try:
        running.wait()
        yield running
    finally:
        running.stop()
    # The logs of a failure are worth their room.
    if not request.session.testsfailed:
        RunFolder(folder).remove()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", PROCESSES)
def test_a_journey_survives_the_end_of_a_process(demo: Demo, name: str) -> None:
    before = demo.restarts(name)

    kills, code, said = demo.journey(name)

    assert code == 0, said
    assert kills == len(MOMENTS)
    assert demo.restarts(name) - before == kills
    books = demo.books()
    assert books.returncode == 0, books.stdout + books.stderr
