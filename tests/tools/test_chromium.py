"""Chromium is installed by root alone, only where none is there, and whatever becomes of it the tests go on."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "chromium.sh"
TOOLS = ("sh", "mktemp", "rm", "tail", "chmod", "touch")
APT = 'echo "$@" >>"$LOG"'


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Return the folder of a machine on which root works, without Chromium."""
    folder = tmp_path / "a path with spaces"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(str(shutil.which(tool)))
    program(folder, "id", "echo 0")
    program(
        folder, "apt-get", f'{APT}\ncase "$1" in install) touch "$CHROMIUM_PATH"; chmod +x "$CHROMIUM_PATH" ;; esac'
    )
    return folder


def program(machine: Path, name: str, text: str) -> None:
    path = machine / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def install(machine: Path) -> "subprocess.CompletedProcess[str]":
    env = {"PATH": str(machine), "LOG": str(machine / "log"), "CHROMIUM_PATH": str(machine / "chromium")}
    return subprocess.run(["sh", str(SCRIPT)], env=env, check=True, capture_output=True, text=True)


def asked(machine: Path) -> str:
    log = machine / "log"
    return log.read_text() if log.exists() else ""


def test_root_installs_it_once_and_says_so(machine: Path) -> None:
    first, second = install(machine), install(machine)

    assert first.stderr.startswith("Setting up: Debian's chromium by apt-get")
    assert asked(machine) == "update\ninstall -y --no-install-recommends chromium fonts-noto-core\n"
    assert second.stderr == ""


def test_nobody_else_installs_anything(machine: Path) -> None:
    program(machine, "id", "echo 1000")

    assert (install(machine).stderr, asked(machine)) == ("", "")


def test_without_apt_nothing_happens(machine: Path) -> None:
    (machine / "apt-get").unlink()

    assert install(machine).stderr == ""


def test_what_went_wrong_is_said(machine: Path) -> None:
    program(machine, "apt-get", 'echo "No such network" >&2\nexit 100')

    said = install(machine).stderr.splitlines()

    assert said[1:] == [
        "No such network",
        "Chromium could not be installed; the lines above say why. The tests in a browser will be missing.",
    ]


def test_a_package_without_the_program_is_said(machine: Path) -> None:
    program(machine, "apt-get", APT)

    assert "brought no" in install(machine).stderr
