"""Boundaries: the contracts hold, they notice every kind of wrong import, and no app escapes their lists."""

import configparser
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps as registry
from django.db import models
from django.test.utils import isolate_apps

from tests.guards.planted_imports import LISTS, PLANTS, ROOT, listed, skeleton
from tests.guards.source import report
from tools import inline_imports
from tools.migrations_safe import is_released

LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(cache_dir=None, no_logo=True))"
PURE = ("money", "ids", "actors", "errors", "enums", "calendars", "ports", "redact", "net")


def present() -> set[str]:
    return {path.parent.name for path in (ROOT / "apps").glob("*/__init__.py")}


def levels() -> dict[str, int]:
    """Return the height of each app in the order; core is 1."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    lines = parser["importlinter:contract:apps"]["layers"].strip().splitlines()
    return {name: height for height, line in enumerate(reversed(lines), 1) for name in line.replace("|", " ").split()}


def plant_all(tree: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", str(ROOT / "tests/guards/planted_imports.py")]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_contracts_hold():
    run = subprocess.run([sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout


@pytest.mark.slow
def test_each_planted_import_breaks_its_contracts(tmp_path):
    skeleton(tmp_path)
    apps = set(listed("layers", "apps"))

    caught = json.loads(plant_all(tmp_path).stdout.splitlines()[-1])

    assert caught == {item.name: sorted(item.broken) for item in PLANTS if item.fits(apps)}


def test_a_listed_app_that_vanished_is_noticed(tmp_path):
    skeleton(tmp_path)
    (tmp_path / "apps/ledger").rename(tmp_path / "elsewhere")

    run = plant_all(tmp_path)

    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].endswith("module apps.ledger does not exist.")


def test_no_import_is_exempt():
    lines = (ROOT / ".importlinter").read_text().splitlines()

    assert [line for line in lines if line.strip().startswith(("ignore_imports", "unmatched"))] == []


def test_every_app_is_in_the_order_and_has_a_list_of_files():
    order, lists = (
        set(listed("layers", "apps")),
        {name.removeprefix("apps.") for name in listed("containers", "inside")},
    )

    assert order == present(), "run `make startapp NAME=`, which writes the lists"
    assert lists | (order & set(LISTS)) == order
    assert lists & set(LISTS) == set()


def test_the_bottom_of_core_is_declared_pure():
    existing = {f"apps.core.{name}" for name in PURE if (ROOT / f"apps/core/{name}.py").exists()}

    pure = {name for name in listed("source_modules", "pure") if name.startswith("apps.core.")}

    assert pure == existing, "list each pure module of core under [importlinter:contract:pure]"


def test_nothing_is_listed_in_vain_once_released():
    if not is_released(ROOT):
        pytest.skip("before the first release a list may name modules that come later")

    absent = [
        f"apps.{app}.{kind}"
        for app, contract in LISTS.items()
        for kind in listed("layers", contract)
        if not list((ROOT / "apps" / app).glob(f"{kind}*"))
    ]

    assert absent == []


def test_inline_imports_have_a_reason():
    assert report(inline_imports.faults(ROOT)) == ""


def test_an_inline_import_without_a_reason_is_noticed(tmp_path):
    folder = tmp_path / "apps/p2p"
    folder.mkdir(parents=True)
    (folder / "apps.py").write_text("def ready():\n    import rules  # noqa: PLC0415 - app-ready\n")
    lines = (
        "import a",
        "import b  # noqa: PLC0415 - circular",
        "import c  # noqa: PLC0415 - app-ready",
        "import d  # noqa: PLC0415 - slow-import",
    )
    (folder / "tasks.py").write_text("\n    ".join(["def run():", *lines]))

    found = inline_imports.faults(tmp_path)

    assert found == [
        f"apps/p2p/tasks.py:2: {inline_imports.ADVICE}",
        f"apps/p2p/tasks.py:3: {inline_imports.ADVICE}",
        f"apps/p2p/tasks.py:4: {inline_imports.EARLY}",
    ]


def test_more_than_ten_inline_imports_are_refused(tmp_path):
    (tmp_path / "apps").mkdir()
    lines = [f"import m{number}  # noqa: PLC0415 - slow-import" for number in range(11)]
    (tmp_path / "apps/x.py").write_text("\n    ".join(["def run():", *lines]))

    found = inline_imports.faults(tmp_path)

    assert found == ["11 inline imports, at most 10: move what both modules need below them"]


def reference_faults(model: type[models.Model], order: dict[str, int]) -> list[str]:
    """Return what is wrong with a model's references to tables of other apps."""
    app, found = model._meta.app_label, []
    for key in model._meta.get_fields():
        target = key.related_model if isinstance(key, models.ForeignKey) else None
        other = target._meta.app_label if target else app
        if other == app or not {app, other} <= order.keys():
            continue
        where = f"{model._meta.label}.{key.name} -> {target._meta.label}"
        if order[other] >= order[app]:
            found.append(f"{where}: {other} is not below {app}; store the typed id as text")
        elif not key.remote_field.hidden:
            found.append(f'{where}: give it related_name="+"; {other} knows nothing of {app}')
    return found


def test_references_between_tables_point_downwards():
    order = levels()

    assert report([fault for model in registry.get_models() for fault in reference_faults(model, order)]) == ""


def test_a_reference_upwards_is_noticed():
    with isolate_apps():

        class Wallet(models.Model):
            class Meta:
                app_label = "accounts"

        class Account(models.Model):
            good = models.ForeignKey("self", models.PROTECT)
            up = models.ForeignKey(Wallet, models.PROTECT, related_name="+")

            class Meta:
                app_label = "ledger"

        class Transfer(models.Model):
            good = models.ForeignKey(Wallet, models.PROTECT, related_name="+")
            shown = models.ForeignKey(Account, models.PROTECT)

            class Meta:
                app_label = "p2p"

        order = {"core": 1, "ledger": 2, "accounts": 3, "p2p": 4}
        found = [fault for model in (Wallet, Account, Transfer) for fault in reference_faults(model, order)]

    assert found == [
        "ledger.Account.up -> accounts.Wallet: accounts is not below ledger; store the typed id as text",
        'p2p.Transfer.shown -> ledger.Account: give it related_name="+"; ledger knows nothing of p2p',
    ]
