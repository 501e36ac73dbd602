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
    layers = placed(found(LAYERS, contracts).split("\n"), app)
    return {
        **new_files(root, app),
        contracts: with_contract(with_layers(contracts.read_text(), layers), app),
        page: SHOWN.sub(lambda _: "".join(f"{line.strip()}\n" for line in layers), page.read_text(), count=1),
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
    return match[0].rstrip("\n")


def placed(lines: list[str], app: str) -> list[str]:
    """Return the lines of the order with the app at its place."""
    height = {name: number for number, names in enumerate(ORDER) for name in names}
    if app not in height:
        return [f"    {app}", *lines]
    result = []
    for line in lines:
        names = line.replace("|", " ").split()
        places = [height.get(name, -1) for name in names]
        if app and height[app] in places:
            line, app = f"{line} | {app}", ""  # noqa: PLW2901 - the one line that changes
        elif app and min(places) > height[app]:
            result.append(f"    {app}")
            app = ""
        result.append(line)
    return result


def with_layers(text: str, layers: list[str]) -> str:
    """Return the contracts with the new order."""
    return LAYERS.sub(lambda _: "".join(f"{line}\n" for line in layers), text, count=1)


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
