"""The README's commands as a newcomer types them, in a copy of the project whose path is long and has spaces.

They begin at nothing: the copy has no environment and no data. A part of `make test-crash`: it takes some minutes.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.settings.env import VARIABLES
from tests.support.readme import README

ROOT = README.parent
UP_S = 600.0
COMMAND_S = 500.0
UP = "Strongroom is running"


class Newcomer:
    """Somebody with a copy of the project and a terminal."""

    def __init__(self, folder: Path) -> None:
        kept = {"DJANGO_SETTINGS_MODULE", "STRONGROOM_RUN", "STRONGROOM_TEST_RUN", *(one.name for one in VARIABLES)}
        self.env = {name: value for name, value in os.environ.items() if name not in kept}
        self.folder = folder
        self.screen = folder.parent / "screen.txt"
        self.program: subprocess.Popen[bytes] | None = None

    def types(self, command: str, *, may_fail: bool = False) -> str:
        """Run a command to its end and return what it said."""
        done = subprocess.run(
            command.split(),
            cwd=self.folder,
            env=self.env,
            check=False,
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
        )
        assert may_fail or done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def starts(self, command: str) -> None:
        """Start a command that goes on, and wait until it says that it is up."""
        with self.screen.open("wb") as screen:
            self.program = subprocess.Popen(
                command.split(), cwd=self.folder, env=self.env, stdout=screen, stderr=screen, start_new_session=True
            )
        until = time.monotonic() + UP_S
        while UP not in self.screen.read_text():
            assert self.program.poll() is None, self.screen.read_text()
            assert time.monotonic() < until, self.screen.read_text()
            time.sleep(0.5)

    def presses_ctrl_c(self) -> None:
        """Interrupt what was started, as a terminal does."""
        if self.program and self.program.poll() is None:
            os.killpg(self.program.pid, signal.SIGINT)
            self.program.wait(60)


def demo(newcomer: Newcomer) -> None:
    newcomer.starts("make demo")


def status(newcomer: Newcomer) -> None:
    assert "postgres" in newcomer.types("make demo-status")


def codes(newcomer: Newcomer) -> None:
    assert "agent@strongroom.example" in newcomer.types("make demo-codes")


def journey(newcomer: Newcomer) -> None:
    assert "The journey is complete." in newcomer.types("make journey")


def invariants(newcomer: Newcomer) -> None:
    newcomer.types("make invariants")


def reset(newcomer: Newcomer) -> None:
    newcomer.presses_ctrl_c()
    newcomer.types("make demo-reset")
    assert not (newcomer.folder / ".run/demo.json").exists()


def bench(newcomer: Newcomer) -> None:
    # It fails on a machine that is too slow; here it only has to measure.
    lines = [json.loads(line) for line in newcomer.types("make bench-api", may_fail=True).splitlines()]
    assert {"bare-post", "transfer"} <= {line["name"] for line in lines if not line["errors"]}


STEPS: dict[str, Callable[[Newcomer], None]] = {
    "make demo": demo,
    "make demo-status": status,
    "make demo-codes": codes,
    "make journey": journey,
    "make invariants": invariants,
    "make demo-reset": reset,
    "make bench-api": bench,
}
"""The commands in the order in which they are tried."""


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    folder = tmp_path / ("a folder with a long name " + "and then some more " * 5).strip() / "strong room"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".venv", ".run*", ".git", "__pycache__", ".*_cache"))
    assert len(str(folder)) > 110
    made = Newcomer(folder)
    try:
        yield made
    finally:
        made.presses_ctrl_c()
        shutil.rmtree(folder)


@pytest.mark.timeout(1_800)
def test_the_commands_of_the_readme_work_from_nothing(newcomer: Newcomer) -> None:
    for step in STEPS.values():
        step(newcomer)
