"""Settings: the environment is read in one file, and everything named there exists."""

import ast
import importlib
import importlib.util
import re
from collections.abc import Iterator
from types import ModuleType

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tests.guards.source import ROOT, Module, modules, parse, report
from tools import env_example

READER = "config/settings/env.py"
TOPIC_LINES = 80
ENVIRONMENT = ("os.environ", "os.environb", "os.getenv", "os.getenvb")
READERS_OF_SETTINGS = ("apps", "api", "admin", "tasks", "receivers", "consumers", "management", "templatetags")
PATH = re.compile(r"[a-z_]\w*(\.[A-Za-z_]\w*)+")


def declared() -> ModuleType:
    return env_example.declarations(ROOT)


def environment_reads(module: Module) -> Iterator[str]:
    """Return each read of the environment outside its one file; naming Django's settings module is no read."""
    if module.path == READER:
        return
    naming = {
        id(call.func.value)
        for call, name in module.calls()
        if name == "os.environ.setdefault" and ast.unparse(call.args[0]) == "'DJANGO_SETTINGS_MODULE'"
    }
    for node, name in module.references():
        if name in ENVIRONMENT and id(node) not in naming:
            yield module.at(node, f"declare the variable in {READER} and read it by env.text()")


def settings_reads(module: Module) -> Iterator[str]:
    """Return each read of settings where rules live."""
    if module.app in ("", "core") or module.kind in READERS_OF_SETTINGS:
        return
    for node, name in module.references():
        if isinstance(node, ast.ImportFrom | ast.Import) and name.startswith("django.conf"):
            yield module.at(node, "take the value as an argument or from a dated row: a setting has no history")


def faults(module: Module) -> list[str]:
    return [*environment_reads(module), *settings_reads(module)]


def asked_for() -> set[str]:
    """Return the names of variables that the settings ask for."""
    return {
        call.args[0].value
        for module in modules("config")
        for call, name in module.calls()
        if name.startswith("config.settings.env.") and call.args and isinstance(call.args[0], ast.Constant)
    }


def texts(value: object) -> Iterator[str]:
    """Return every text in a setting, keys aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from texts(inner)


def exists(path: str) -> bool:
    """Tell whether a dotted path names a module or something in one."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name, None)
        return found is not None
    return False


def test_the_environment_is_read_in_one_place():
    assert report([fault for module in modules("apps", "config") for fault in faults(module)]) == ""


def test_the_example_shows_every_variable():
    assert (ROOT / ".env.example").read_text() == env_example.render(declared()), "python -m tools.env_example --write"


def test_every_variable_is_used_and_every_used_one_declared():
    assert asked_for() == {variable.name for variable in declared().VARIABLES}


def test_every_variable_has_a_meaning():
    assert [variable.name for variable in declared().VARIABLES if not variable.meaning] == []


def test_topic_files_stay_small():
    lengths = {path.name: len(path.read_text().splitlines()) for path in (ROOT / "config/settings").glob("*.py")}

    assert {name: lines for name, lines in lengths.items() if lines > TOPIC_LINES and name != "env.py"} == {}


def test_every_path_in_the_settings_names_something():
    paths = {
        text
        for name in dir(settings)
        if name.isupper()
        for text in texts(getattr(settings, name))
        if PATH.fullmatch(text) and importlib.util.find_spec(text.partition(".")[0])
    }

    assert {path for path in paths if not exists(path)} == set()


@pytest.mark.parametrize(
    ("path", "code", "line"),
    [
        ("config/urls.py", "import os\nx = os.environ['A']", 2),
        ("config/wsgi.py", "from os import environ\nx = environ.get('A')", 1),
        ("apps/core/crypto.py", "import os\nx = os.getenv('A')", 2),
        ("config/celery.py", "import os\nos.environ.setdefault('OTHER', 'x')", 2),
        ("apps/p2p/services/transfers.py", "from django.conf import settings", 1),
        ("apps/p2p/models.py", "import django.conf", 1),
    ],
)
def test_a_planted_read_is_named(path, code, line):
    assert [fault.split(":")[1] for fault in faults(parse(code, path))][:1] == [str(line)]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (READER, "import os\nos.environ.get('A')"),
        ("config/wsgi.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')"),
        ("apps/core/crypto.py", "from django.conf import settings"),
        ("apps/p2p/tasks.py", "from django.conf import settings"),
    ],
)
def test_the_places_that_may_read_are_left_alone(path, code):
    assert faults(parse(code, path)) == []


def test_a_path_that_names_nothing_is_noticed():
    assert [exists(path) for path in ("django.conf.settings", "django.conf.nothing", "django.none.at.all")] == [
        True,
        False,
        False,
    ]


class TestReadingVariables:
    def test_a_missing_one_is_named_with_the_example(self, monkeypatch):
        monkeypatch.delenv("SECRET_KEY", raising=False)
        monkeypatch.delenv("SECRET_KEY_FILE", raising=False)

        with pytest.raises(ImproperlyConfigured, match=r"^Set SECRET_KEY or SECRET_KEY_FILE \(.*\.env\.example"):
            declared().text("SECRET_KEY")

    def test_a_file_gives_the_value(self, monkeypatch, tmp_path):
        (tmp_path / "key").write_text("from a file\n")
        monkeypatch.delenv("SECRET_KEY", raising=False)
        monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))

        assert declared().text("SECRET_KEY") == "from a file"

    def test_both_forms_at_once_are_refused(self, monkeypatch):
        monkeypatch.setenv("SECRET_KEY", "a")
        monkeypatch.setenv("SECRET_KEY_FILE", "/b")

        with pytest.raises(ImproperlyConfigured, match="Both SECRET_KEY and SECRET_KEY_FILE are set"):
            declared().text("SECRET_KEY")

    @pytest.mark.parametrize("value", ["yes", "true", "", "2", " 1"])
    def test_a_switch_is_one_or_zero(self, monkeypatch, value):
        monkeypatch.setenv("DEMO", value)

        with pytest.raises(ImproperlyConfigured, match="DEMO must be 1 or 0"):
            declared().switch("DEMO")

    def test_an_undeclared_one_cannot_be_read(self):
        with pytest.raises(KeyError):
            declared().text("HOME")


def test_values_of_the_example_survive_a_shell():
    assert [env_example.quoted(value) for value in ("plain-1@x:/?,&=", "", "two words", "it's <it>", "$HOME")] == [
        "plain-1@x:/?,&=",
        "",
        "'two words'",
        "'it'\\''s <it>'",
        "'$HOME'",
    ]
