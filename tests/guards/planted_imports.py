"""A generated tree of empty apps, and one wrong import at a time planted into it.

Run as a program in the tree's folder, it prints which contracts each plant breaks, as JSON: contract ids, or the error.
"""

import configparser
import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KINDS = (
    "apps",
    "enums",
    "errors",
    "models",
    "selectors",
    "rules",
    "services.things",
    "services.others",
    "admin.things",
    "api.views",
    "tasks",
    "receivers",
    "consumers",
    "management.commands.work",
    "migrations.first",
    "templatetags.tags",
)
LISTS = {"core": "core", "workflow": "workflow", "partners": "partners"}  # apps with a closed list of their own
WITH_ADAPTERS = ("payments", "compliance")


@dataclass(frozen=True, slots=True)
class Plant:
    """A line of code in a module, and the contracts it must break. `needs` defaults to the apps that are named."""

    name: str
    module: str
    code: str
    broken: tuple[str, ...]
    needs: tuple[str, ...] | None = None

    def fits(self, apps: set[str]) -> bool:
        """Tell whether the present apps have what the plant speaks of."""
        named = re.findall(r"\bapps\.(\w+)", f"{self.module} {self.code}") if self.needs is None else self.needs
        return set(named) <= apps


def inside_a_function(code: str) -> str:
    return f"def late() -> None:\n    {code}\n"


ALLOWED = """
from typing import TYPE_CHECKING
from apps.accounts import selectors, enums, errors
from apps.accounts.services import things as wallets
from apps.ledger.services import things as journal
from apps.core import audit, db, ids, money, outbox
from apps.p2p import models, rules, selectors as own_selectors
if TYPE_CHECKING:
    from apps.accounts.models import Wallet
"""

PLANTS = (
    Plant("nothing", "apps.core.money", "", ()),
    Plant("what a service may import", "apps.p2p.services.things", ALLOWED, ()),
    Plant("what a migration may import", "apps.p2p.migrations.first", "import django\nimport apps.core.base", ()),
    # the tree
    Plant("stray module", "apps.p2p.utils", "", ("inside",)),
    Plant("stray module in core", "apps.core.helpers", "", ("core",)),
    Plant("stray module in workflow", "apps.workflow.helpers", "", ("workflow",)),
    Plant("stray module in partners", "apps.partners.helpers", "", ("partners",)),
    Plant("app that is not listed", "apps.unlisted.enums", "", ("apps",), needs=()),
    Plant("adapters outside their homes", "apps.p2p.adapters.bank", "", ("surface",)),
    # inside one app
    Plant("admin -> api", "apps.p2p.admin.things", "from apps.p2p.api import views", ("inside",)),
    Plant("rules -> service", "apps.p2p.rules", "from apps.p2p.services import things", ("inside",)),
    Plant("model -> selector", "apps.p2p.models", "from apps.p2p import selectors", ("inside",)),
    Plant("enums -> errors", "apps.p2p.enums", "from apps.p2p import errors", ("inside",)),
    Plant(
        "service -> own task, inside a function",
        "apps.p2p.services.things",
        inside_a_function("from apps.p2p import tasks"),
        ("inside",),
    ),
    Plant(
        "two services in a circle",
        "apps.p2p.services.things",
        "from apps.p2p.services import others",
        ("acyclic",),
    ),
    # core
    Plant("money -> ids", "apps.core.money", "from apps.core import ids", ("core",)),
    Plant("errors -> money", "apps.core.errors", "from apps.core import money", ("core",)),
    Plant("core.models -> core.audit", "apps.core.models", "from apps.core import audit", ("core",)),
    Plant("core.money -> django", "apps.core.money", "import django", ("pure",)),
    Plant("core -> accounts", "apps.core.services.things", "from apps.accounts.services import things", ("apps",)),
    Plant("core -> workflow", "apps.core.services.things", "from apps.workflow.services import things", ("apps",)),
    # the order of apps
    Plant("ledger -> accounts, even enums", "apps.ledger.enums", "from apps.accounts import enums", ("apps",)),
    Plant("ledger -> accounts", "apps.ledger.services.things", "from apps.accounts.services import things", ("apps",)),
    Plant(
        "ledger -> notifications",
        "apps.ledger.services.things",
        "from apps.notifications.services import things",
        ("apps",),
    ),
    Plant("accounts -> p2p", "apps.accounts.selectors", "from apps.p2p import selectors", ("apps",)),
    Plant("accounts -> compliance", "apps.accounts.selectors", "from apps.compliance import selectors", ("apps",)),
    Plant("payments -> p2p", "apps.payments.services.things", "from apps.p2p.services import things", ("apps",)),
    Plant("p2p -> billpay", "apps.p2p.services.things", "from apps.billpay.services import things", ("apps",)),
    Plant(
        "workflow -> partners", "apps.workflow.services.things", "from apps.partners.services import things", ("apps",)
    ),
    Plant(
        "partners -> workflow", "apps.partners.services.things", "from apps.workflow.services import things", ("apps",)
    ),
    Plant("workflow -> ledger", "apps.workflow.services.things", "from apps.ledger.services import things", ("apps",)),
    # the surface of another app
    Plant("service -> foreign models", "apps.p2p.services.things", "from apps.accounts import models", ("surface",)),
    Plant("model -> foreign models", "apps.p2p.models", "from apps.accounts.models import Wallet", ("surface",)),
    Plant(
        "foreign models inside a function",
        "apps.p2p.services.things",
        inside_a_function("from apps.accounts.models import Wallet"),
        ("surface",),
    ),
    Plant(
        "selector -> foreign service", "apps.p2p.selectors", "from apps.accounts.services import things", ("surface",)
    ),
    Plant("view -> foreign service", "apps.p2p.api.views", "from apps.accounts.services import things", ("surface",)),
    Plant("view -> workflow service", "apps.p2p.api.views", "from apps.workflow.services import things", ("surface",)),
    Plant("admin -> foreign admin", "apps.p2p.admin.things", "from apps.accounts.admin import things", ("surface",)),
    Plant("task -> foreign selector", "apps.p2p.tasks", "from apps.accounts import selectors", ("surface",)),
    Plant("migration -> foreign models", "apps.p2p.migrations.first", "from apps.accounts import models", ("surface",)),
    Plant("foreign adapters", "apps.p2p.services.things", "from apps.payments.adapters import bank", ("surface",)),
    Plant("service -> transport", "apps.p2p.services.things", "from apps.partners import transport", ("surface",)),
    Plant("model -> commands", "apps.p2p.models", "from apps.workflow import commands", ("surface",)),
    Plant(
        "commands -> own service", "apps.workflow.commands", "from apps.workflow.services import things", ("workflow",)
    ),
    Plant("service -> core.api", "apps.p2p.services.things", "from apps.core import api", ("surface",)),
    Plant("service -> core.models", "apps.p2p.services.things", "from apps.core import models", ("surface",)),
    Plant("service -> core.base", "apps.p2p.services.things", "from apps.core import base", ("surface",)),
    Plant("view -> core.jobs", "apps.p2p.api.views", "from apps.core import jobs", ("surface",)),
    # libraries
    Plant("service -> DRF", "apps.p2p.services.things", "import rest_framework.response", ("no-http-below",)),
    Plant("selector -> celery", "apps.p2p.selectors", "from celery import shared_task", ("no-http-below",)),
    Plant("model -> unfold", "apps.p2p.models", "import unfold", ("no-http-below",)),
    Plant(
        "adapter -> own models", "apps.payments.adapters.bank", "from apps.payments import models", ("adapters-pure",)
    ),
    Plant("adapter -> django", "apps.payments.adapters.bank", "import django", ("adapters-pure",)),
    Plant(
        "adapter -> partners service",
        "apps.payments.adapters.bank",
        "from apps.partners.services import things",
        ("adapters-pure", "surface"),
    ),
    Plant("partners.outcomes -> django", "apps.partners.outcomes", "import django", ("pure",)),
    # the roots
    Plant("app -> config", "apps.p2p.services.things", "from config import urls", ("project",)),
    Plant("simulator -> app", "simulators.bank", "from apps.core import money", ("simulators",)),
    Plant("app -> simulator", "apps.core.services.things", "from simulators import bank", ("simulators",)),
    Plant("config -> simulator", "config.urls", "from simulators import bank", ("simulators-config",)),
    Plant("simulator -> config", "simulators.bank", "from config import urls", ("simulators-config",)),
)


def listed(option: str, contract: str, root: Path = ROOT) -> list[str]:
    """Return the names of a contract's list, without parentheses and bars."""
    parser = configparser.ConfigParser()
    parser.read(root / ".importlinter")
    section = f"importlinter:contract:{contract}"
    return re.findall(r"[\w.]+", parser.get(section, option, fallback=""))


def write(root: Path, module: str, code: str = "") -> Path:
    """Write a module with the packages above it and return its path."""
    path = root.joinpath(*module.split(".")).with_suffix(".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in path.relative_to(root).parents:
        if folder.parts:
            (root / folder / "__init__.py").touch()
    path.write_text(code)
    return path


def skeleton(root: Path) -> None:
    """Write the listed apps with every module they may have, the two other roots, and the contracts themselves."""
    for name in listed("layers", "apps"):
        kinds = listed("layers", LISTS[name]) if name in LISTS else KINDS
        for kind in kinds:
            module = f"{kind}.things" if kind in ("services", "admin", "api") else kind
            write(root, f"apps.{name}.{module}")
        if name in WITH_ADAPTERS:
            write(root, f"apps.{name}.adapters.bank")
    if "p2p" in listed("layers", "apps"):
        write(root, "apps.p2p.services.others", "from apps.p2p.services import things")
    write(root, "config.urls")
    write(root, "simulators.bank")
    write(root, "tools.contracts", (ROOT / "tools/contracts.py").read_text())
    shutil.copy(ROOT / ".importlinter", root)


def plant(root: Path, item: Plant) -> list[str]:
    """Plant one wrong import, return the contracts that notice, and take it out again."""
    from importlinter.application import use_cases  # noqa: PLC0415 - slow-import

    path = root.joinpath(*item.module.split(".")).with_suffix(".py")
    before = path.read_text() if path.exists() else None
    new = [folder for folder in path.parents if not folder.exists()]
    write(root, item.module, f"{before or ''}\n{item.code}")
    options = use_cases.read_user_options(".importlinter")
    try:
        report = use_cases.create_report(options, cache_dir=None)
        names = {contract["name"]: contract["id"] for contract in options.contracts_options}
        return sorted(names[contract.name] for contract, check in report.get_contracts_and_checks() if not check.kept)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before)
        for folder in new[-1:]:
            shutil.rmtree(folder)


def main() -> None:
    """Plant everything that fits the listed apps and print what was caught."""
    from importlinter import configuration  # noqa: PLC0415 - slow-import
    from importlinter.application import use_cases  # noqa: PLC0415 - slow-import

    configuration.configure()
    use_cases._register_contract_types(use_cases.read_user_options(".importlinter"))
    root, apps = Path.cwd(), set(listed("layers", "apps", Path.cwd()))
    print(json.dumps({item.name: plant(root, item) for item in PLANTS if item.fits(apps)}))


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    main()
