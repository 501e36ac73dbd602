"""A new app stands at its place in every list, and a refused one leaves no trace."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.planted_imports import ROOT, listed, skeleton
from tools.startapp.__main__ import main
from tools.startapp.plan import ORDER, placed

SETTINGS = "config/settings/base.py"
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(cache_dir=None, no_logo=True))"
LINES = "    p2p\n    accounts\n    ledger\n    core\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a tree of empty apps with the real lists."""
    skeleton(tmp_path)
    for name in (SETTINGS, "ARCHITECTURE.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((ROOT / name).read_text())
    (tmp_path / "apps/core/migrations").mkdir()
    (tmp_path / "apps/core/migrations/0001_functions.py").touch()
    return tmp_path


def texts(root: Path) -> dict[Path, str]:
    return {path: path.read_text() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("app", "lines"),
    [
        ("rewards", ["    rewards", "    p2p", "    accounts", "    ledger", "    core"]),
        ("billpay", ["    p2p | billpay", "    accounts", "    ledger", "    core"]),
        ("payments", ["    p2p", "    payments", "    accounts", "    ledger", "    core"]),
        ("notifications", ["    p2p", "    accounts", "    ledger | notifications", "    core"]),
        ("workflow", ["    p2p", "    accounts", "    ledger", "    workflow", "    core"]),
        ("other", ["    other", "    p2p", "    accounts", "    ledger", "    core"]),
        ("accounts", ["    p2p", "    accounts", "    ledger", "    core"]),
    ],
)
def test_the_order_gives_each_app_its_line(app, lines):
    assert placed(LINES, app).splitlines() == lines


def test_a_new_app_is_in_every_list(project, capsys):
    before = {*listed("layers", "apps"), "rewards"}

    code = main(["rewards"], project)

    assert code == 0
    assert set(listed("layers", "apps", project)) == before
    assert "apps.rewards" in listed("containers", "inside", project)
    assert re.search(r'    "apps\.core",\n(    "apps\..+\n)*    "apps\.rewards",\n\]', (project / SETTINGS).read_text())
    assert re.search(r"```\nconfig\n(.+\n)*?rewards\n", (project / "ARCHITECTURE.md").read_text())
    assert sorted(
        path.relative_to(project).as_posix() for path in project.rglob("*rewards*/**/*") if path.is_file()
    ) == [
        "apps/rewards/__init__.py",
        "apps/rewards/apps.py",
        "apps/rewards/migrations/0001_initial.py",
        "apps/rewards/migrations/__init__.py",
        "apps/rewards/migrations/max_migration.txt",
        "tests/rewards/test_app.py",
    ]
    assert (project / "tests/factories/rewards.py").exists()
    assert '("core", "0001_functions")' in (project / "apps/rewards/migrations/0001_initial.py").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("app", ["rewards", "workflow", "partners"])
def test_the_contracts_hold_with_a_new_app(project, app):
    main([app], project)

    run = subprocess.run([sys.executable, "-c", LINT], cwd=project, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout


@pytest.mark.slow
def test_the_files_are_formatted_and_clean(project):
    main(["rewards"], project)
    written = [*project.glob("apps/rewards/*.py"), *project.glob("tests/*/*.py")]

    for command in (["format", "--check"], ["check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--config", str(ROOT / "pyproject.toml"), *map(str, written)]
        run = subprocess.run(ruff, cwd=project, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("app", ["core", "sessions", "Rewards", "two_words", "2nd", "", "../x"])
def test_a_name_that_cannot_be_leaves_no_trace(project, app, capsys):
    before = texts(project)

    code = main([app], project)

    assert code == 1
    assert texts(project) == before


def test_a_list_that_lost_its_form_leaves_no_trace(project, capsys):
    contracts = project / ".importlinter"
    contracts.write_text(contracts.read_text().replace("containers = apps\n", "containers =\n    apps\n"))
    before = texts(project)

    code = main(["rewards"], project)

    assert (code, capsys.readouterr().out) == (
        1,
        ".importlinter: the list of apps is not where it was; enter the app by hand\n",
    )
    assert texts(project) == before


def test_no_name_is_answered_with_how_to_give_one(capsys):
    assert main([]) == 2
    assert capsys.readouterr().out == "Name the app: make startapp NAME=rewards\n"


def test_the_present_apps_follow_the_planned_order():
    height = {name: number for number, names in enumerate(ORDER) for name in names}
    present = [name for name in listed("layers", "apps") if name in height]

    assert present == sorted(present, key=height.__getitem__)
