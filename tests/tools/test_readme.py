"""Every command of the README is one that works: each is run here, by the long suite, or by what decides on changes.

The long suite is `make test-crash`: there a newcomer's commands run in a copy of the project.
"""

import subprocess

import pytest

from tests.crash.test_readme import STEPS
from tests.support.readme import README, commands

ROOT = README.parent
BY_HAND = ["make"]
BY_CI = ["make test", "make check"]


def make(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["make", *words], cwd=ROOT, check=False, capture_output=True, text=True)


def test_every_command_is_run_somewhere() -> None:
    assert sorted(commands()) == sorted([*BY_HAND, *BY_CI, *STEPS])


def test_ci_runs_what_it_is_said_to_run() -> None:
    lines = (ROOT / ".ci/run").read_text().splitlines()

    assert [command for command in BY_CI if not any(line.startswith(command) for line in lines)] == []


@pytest.mark.parametrize("command", commands())
def test_a_command_is_one_that_make_knows(command: str) -> None:
    program, *words = command.split()

    done = make("--dry-run", *words)

    assert (program, done.returncode, done.stderr) == ("make", 0, "")


def test_make_alone_lists_the_targets() -> None:
    listed = make().stdout

    assert [command for command in commands() if command not in listed and command not in BY_HAND] == []


def test_commands_are_found_in_blocks_and_lines() -> None:
    text = (
        "Run `make help` or `apt-get x`.\n```sh\nmake demo   # all of it\n\nmake demo PORT=1\n```\n```\nmake no\n```\n"
    )

    assert commands(text) == ["make demo", "make demo PORT=1", "make help"]
