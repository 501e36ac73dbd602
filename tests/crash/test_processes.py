"""Each process of the demo is killed in the middle of a journey: the journey goes on, and the books balance.

The long form of the crash suites: `make test-crash`. Each journey takes a minute: no part of `make test`.
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

ROOT = Path(__file__).parents[2]
UP_S = 300.0
JOURNEY_S = 400.0
MOMENT_S = 6.0
PROCESSES = json.loads(os.environ.get("CRASH_PROCESSES", "null")) or [
    *("web", "sockets", "worker", "codes", "beat", "metrics", "simulators", "redis", "postgres")
]


class Demo:
    """A demo with data of its own."""

    def __init__(self, folder: Path) -> None:
        self.env = {**os.environ, "STRONGROOM_RUN": str(folder)}
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "KEY_RING_FILE", "EMAIL_URL"):
            self.env.pop(name, None)
        for name in ("BLOB_DIR", "DJANGO_SETTINGS_MODULE", "DEMO", "TLS", "PUBLIC_URL", "ALLOWED_HOSTS"):
            self.env.pop(name, None)
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

    def processes(self) -> dict[str, int]:
        return {one["name"]: one["pid"] for one in json.loads(self.facts.read_text())["processes"]}

    def journey(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self.python("tools.journey"), cwd=ROOT, env=self.env, stdout=subprocess.PIPE)

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


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("crash") / "run")
    try:
        running.wait()
        yield running
    finally:
        running.stop()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", PROCESSES)
def test_a_journey_survives_the_end_of_a_process(demo: Demo, name: str) -> None:
    before = demo.processes()[name]
    journey = demo.journey()
    time.sleep(MOMENT_S)

    os.kill(before, signal.SIGKILL)

    said, _ = journey.communicate(timeout=JOURNEY_S)
    assert journey.returncode == 0, said.decode()
    assert demo.processes()[name] != before
    books = demo.books()
    assert books.returncode == 0, books.stdout + books.stderr
