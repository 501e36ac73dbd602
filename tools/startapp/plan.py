"""What a new app changes: its own files, and its place in each list.

Everything is worked out before anything is written, so a refused name leaves no trace.
"""

import re
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).parent / "templates"

# The apps that are planned, from the top of the order. Any other one begins on a line of its own at the top: nothing
# depends on it yet.
ORDER = (
    ("console",),
    ("analytics",),
    ("helpdesk",),
    ("rewards",),
    ("p2p", "billpay", "subscriptions", "investing", "cards", "merchants", "lending", "insurance"),
    ("payments",),
    ("compliance",),
    ("accounts",),
    ("ledger", "notifications"),
    ("workflow", "partners"),
    ("core",),
)
OWN_LISTS = ("workflow", "partners")
NAME = re.compile(r"[a-z][a-z0-9]*")
LAYERS = re.compile(r"(?<=containers = apps\nlayers =\n)(?:    .+\n)+")
CONTAINERS = re.compile(r"(?<=type = layers\ncontainers =\n)(?:    apps\..+\n)+")
SHOWN = re.compile(r"(?<=```\nconfig\n)(?:.+\n)+?(?=```)")
INSTALLED = re.compile(r'(?:    "apps\.\w+",\n)+(?=\])')


class Refused(Exception):
    """The app cannot be made under this name."""


def plan(root: Path, app: str) -> dict[Path, str]:
    """Return the text of every file that the new app makes or changes, by path.

    Raises: Refused for a name that is taken or is no name, or when a list has lost its form.
    """
    settings = root / "config/settings/base.py"
    if not NAME.fullmatch(app):
        message = f"{app!r} is no name: lower-case letters and digits, one word"
        raise Refused(message)
    if (root / "apps" / app).exists() or app in labels(settings.read_text()):
        message = f"{app} is taken"
        raise Refused(message)
    contracts, page = root / ".importlinter", root / "ARCHITECTURE.md"
    layers, picture = placed(found(LAYERS, contracts), app), placed(found(SHOWN, page), app)
    return {
        **new_files(root, app),
        contracts: with_contract(LAYERS.sub(lambda _: layers, contracts.read_text(), count=1), app),
        page: SHOWN.sub(lambda _: picture, page.read_text(), count=1),
        settings: INSTALLED.sub(lambda match: f'{match[0]}    "apps.{app}",\n', settings.read_text(), count=1),
    }


def labels(settings: str) -> set[str]:
    """Return the labels that installed apps have taken."""
    return {path.rpartition(".")[2] for path in re.findall(r'^    "([\w.]+)",$', settings, re.MULTILINE)}


def found(pattern: re.Pattern[str], path: Path) -> str:
    """Return what a list holds now."""
    match = pattern.search(path.read_text())
    if match is None:
        message = f"{path.name}: the list of apps is not where it was; enter the app by hand"
        raise Refused(message)
    return match[0]


def placed(order: str, app: str) -> str:
    """Return the lines of an order of apps with the app at its place; one that is there already stays."""
    height = {name: number for number, names in enumerate(ORDER) for name in names}
    lines = order.splitlines()
    words = [line.replace("|", " ").split() for line in lines]
    heights = [[height.get(name, -1) for name in names] for names in words]
    mine = height.get(app, -1)
    if any(app in names for names in words):
        return order
    beside = next((number for number, found in enumerate(heights) if mine in found and mine >= 0), None)
    if beside is not None:
        lines[beside] += f" | {app}"
    else:
        indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
        below = next(number for number, found in enumerate(heights) if min(found) > mine)
        lines.insert(0 if mine < 0 else below, f"{indent}{app}")
    return "".join(f"{line}\n" for line in lines)


def with_contract(text: str, app: str) -> str:
    """Return the contracts with the list of files that binds the app."""
    if app in OWN_LISTS:
        return text + (TEMPLATES / f"{app}.ini.tpl").read_text()
    return CONTAINERS.sub(
        lambda match: "".join(f"{line}\n" for line in sorted([*match[0].splitlines(), f"    apps.{app}"])),
        text,
        count=1,
    )


def new_files(root: Path, app: str) -> dict[Path, str]:
    """Return the texts of the files that the app begins with."""
    core_migration = min((root / "apps/core/migrations").glob("0001_*.py")).stem
    words = {
        "app": app,
        "camel": app.capitalize(),
        "title": app.capitalize(),
        "words": app,
        "core_migration": core_migration,
    }
    home, tests = root / "apps" / app, root / "tests"
    texts = {
        home / "apps.py": "apps.py",
        home / "migrations/0001_initial.py": "migration.py",
        tests / app / "test_app.py": "test_app.py",
        tests / "factories" / f"{app}.py": "factories.py",
    }
    filled = {path: Template((TEMPLATES / f"{name}.tpl").read_text()).substitute(words) for path, name in texts.items()}
    fixed = {"__init__.py": "", "migrations/__init__.py": "", "migrations/max_migration.txt": "0001_initial\n"}
    return filled | {home / name: text for name, text in fixed.items()}
