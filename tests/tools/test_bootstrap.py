"""The bootstrap does nothing when all is in step, and says what a machine lacks. Run in a long path with spaces."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "bootstrap.sh"
TOOLS = ("sh", "cat", "cksum", "dirname", "uname", "sed", "rm")
LOCK = '[[package]]\nname = "uv"\nversion = "0.13.9"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / ("a path with spaces " + "that goes on " * 8) / "strong room"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(SCRIPT, folder / "tools")
    (folder / "uv.lock").write_text(LOCK)
    (folder / "pyproject.toml").write_text("")
    programs = folder / "programs"
    programs.mkdir()
    for tool in TOOLS:
        (programs / tool).symlink_to(str(shutil.which(tool)))
    return folder


def program(project: Path, name: str, text: str) -> None:
    path = project / "programs" / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def bootstrap(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "tools/bootstrap.sh"],
        cwd=project,
        env={"PATH": str(project / "programs"), "LOG": str(project / "log")},
        check=False,
        capture_output=True,
        text=True,
    )


def test_python_that_is_too_old_is_named(project: Path) -> None:
    program(project, "python3", 'case "$1" in -c) echo 3.9.2 ;; *) exit 1 ;; esac')

    done = bootstrap(project)

    assert done.returncode == 1
    assert done.stderr.startswith("Strongroom needs Python 3.11 or 3.12; python3 here is 3.9.2.")


def test_missing_python_is_said(project: Path) -> None:
    done = bootstrap(project)

    assert done.returncode == 1
    assert done.stderr.startswith("Strongroom needs Python 3.11 or 3.12; python3 here is missing.")


def test_missing_system_package_is_named(project: Path) -> None:
    program(project, "python3", f'case "$2" in *ensurepip*) exit 1 ;; esac\nexec "{sys.executable}" "$@"')

    done = bootstrap(project)

    assert done.returncode == 1
    assert "On Debian and Ubuntu: apt-get install python3-venv." in done.stderr
    assert not (project / ".venv").exists()


def test_packages_are_installed_once_and_again_after_a_change(project: Path) -> None:
    program(project, "uv", f'echo "$@" >>"$LOG"\nexec "{sys.executable}" -m venv --without-pip .venv')

    first, second = bootstrap(project), bootstrap(project)
    (project / "pyproject.toml").write_text("[project]\n")
    third = bootstrap(project)

    assert [first.returncode, second.returncode, third.returncode] == [0, 0, 0]
    assert second.stderr == ""
    assert (project / "log").read_text() == "sync --frozen --quiet\n" * 2


def test_venv_that_does_not_work_is_built_again(project: Path) -> None:
    program(project, "uv", f'exec "{sys.executable}" -m venv --without-pip .venv')
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to(project / "gone")

    done = bootstrap(project)

    assert done.returncode == 0
    assert "The .venv does not work here" in done.stderr
    assert os.access(project / ".venv" / "bin" / "python", os.X_OK)
