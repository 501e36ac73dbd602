"""Inside a unit no refusal of the database is swallowed and nobody outside is called."""

import ast
import socket
from collections.abc import Iterator

import pytest

from apps.core import actors, clock, db
from apps.core.errors import NetworkInTransaction
from tests.guards.source import Module, modules, parse, report
from tests.support.outside import refuse_connections_in_units

RULES_LIVE_IN = ("services", "selectors", "rules", "models", "adapters")
BROAD = ("Exception", "BaseException")
NETWORK = ("aiohttp", "ftplib", "httpx", "redis", "requests", "smtplib", "socket", "ssl", "stripe", "websockets")
NETWORK_PARTS = ("http.client", "urllib.request", "django.core.mail", "django.core.cache")
ADVICE = (
    "PostgreSQL has already aborted the transaction; name the constraint in the error class and let db.unit translate"
)


def swallowed(module: Module) -> Iterator[str]:
    """Return each database exception that is caught where a unit is open, or may be."""
    if module.path == "apps/core/db.py":
        return
    everywhere = module.kind in RULES_LIVE_IN and module.app != "core"
    inside = {id(node) for unit in units(module) for node in ast.walk(unit) if isinstance(node, ast.Try)}
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Try) or fails_alone(module, node):
            continue
        for handler in node.handlers:
            caught = [module.dotted(kind) for kind in kinds(handler)]
            is_database = any(is_refusal(name) for name in caught)
            is_broad = not caught or any(name in BROAD for name in caught)
            if (is_database and (everywhere or id(node) in inside)) or (is_broad and id(node) in inside):
                yield module.at(handler, ADVICE)


def is_refusal(name: str) -> bool:
    """Tell whether an exception comes from the database."""
    return name.startswith("psycopg.errors.") or (
        name.startswith(("django.db.", "psycopg.")) and name.endswith("Error")
    )


def units(module: Module) -> Iterator[ast.With]:
    """Return each `with db.unit(...)`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.With) and opens(module, node, "apps.core.db.unit()"):
            yield node


def opens(module: Module, node: ast.With, what: str) -> bool:
    return any(module.dotted(item.context_expr) == what for item in node.items)


def fails_alone(module: Module, node: ast.Try) -> bool:
    """Tell whether all that is tried runs under a savepoint, as core's handlers and rows of bulk jobs do."""
    return all(isinstance(one, ast.With) and opens(module, one, "apps.core.db.savepoint()") for one in node.body)


def kinds(handler: ast.ExceptHandler) -> list[ast.expr]:
    """Return what an `except` names."""
    if handler.type is None:
        return []
    return handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]


def calls_outside(module: Module) -> Iterator[str]:
    """Return each library that talks to the network where rules live; adapters are called between units."""
    if module.kind not in RULES_LIVE_IN or module.kind == "adapters" or module.app == "core":
        return
    for node, name in module.references():
        if isinstance(node, ast.Import | ast.ImportFrom) and is_network(name):
            yield module.at(node, f"{name}: publish a topic; a receiver or task calls outside when the unit is over")


def is_network(name: str) -> bool:
    """Tell whether a module, or a name from it, leaves the process."""
    return name.partition(".")[0] in NETWORK or name.startswith(NETWORK_PARTS)


def faults(module: Module) -> list[str]:
    return [*swallowed(module), *calls_outside(module)]


def test_units_are_whole():
    assert report([fault for module in modules("apps") for fault in faults(module)]) == ""


HEAD = "from django.db import IntegrityError, utils\nimport psycopg\nfrom apps.core import db\n"


def complaints(code: str, path: str) -> list[tuple[int, str]]:
    """Return line and beginning of each complaint, lines counted from the end of the head."""
    found = [fault.split(":", 3) for fault in faults(parse(HEAD + code, path))]
    return [(int(line) - HEAD.count("\n"), text.strip()) for _, line, text, *_ in found]


CATCH = "try:\n    row.save()\nexcept {}:\n    pass\n"
IN_UNIT = "with db.unit(by=by, at=at):\n    try:\n        row.save()\n    except {}:\n        pass\n"


@pytest.mark.parametrize(
    "kind", ["IntegrityError", "(KeyError, utils.DatabaseError)", "psycopg.errors.UniqueViolation"]
)
@pytest.mark.parametrize("place", ["services/transfers", "selectors", "models", "rules"])
def test_a_database_error_caught_where_rules_live_is_named(kind, place):
    assert complaints(CATCH.format(kind), f"apps/p2p/{place}.py") == [(3, ADVICE)]


@pytest.mark.parametrize(
    "kind", ["IntegrityError", "psycopg.OperationalError", "Exception", "(KeyError, BaseException)"]
)
@pytest.mark.parametrize("path", ["apps/p2p/services/transfers.py", "apps/core/outbox.py", "apps/p2p/tasks.py"])
def test_a_refusal_swallowed_inside_a_unit_is_named(kind, path):
    assert complaints(IN_UNIT.format(kind), path) == [(4, ADVICE)]


def test_a_bare_except_inside_a_unit_is_named():
    assert complaints(IN_UNIT.format("").replace("except :", "except:"), "apps/core/outbox.py") == [(4, ADVICE)]


@pytest.mark.parametrize(
    ("code", "path"),
    [
        (CATCH.format("IntegrityError"), "apps/p2p/tasks.py"),
        (CATCH.format("IntegrityError"), "apps/core/db.py"),
        (CATCH.format("KeyError"), "apps/p2p/services/transfers.py"),
        (IN_UNIT.format("KeyError"), "apps/p2p/services/transfers.py"),
        (IN_UNIT.replace("row.save()", "with db.savepoint(): row.save()").format("Exception"), "apps/core/outbox.py"),
    ],
)
def test_other_catches_are_accepted(code, path):
    assert complaints(code, path) == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("import socket", "socket"),
        ("import httpx", "httpx"),
        ("import urllib.request", "urllib.request"),
        ("from smtplib import SMTP", "smtplib.SMTP"),
        ("from django.core.mail import send_mail", "django.core.mail.send_mail"),
    ],
)
def test_a_network_library_in_a_service_is_named(line, name):
    assert complaints(line, "apps/p2p/services/transfers.py") == [(1, name)]


def test_network_libraries_are_for_tasks_and_adapters():
    assert [complaints("import httpx", f"apps/payments/{path}.py") for path in ("adapters/bank", "tasks")] == [[], []]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.mark.django_db
def test_a_connection_inside_a_unit_is_refused(listener):
    refuse_connections_in_units()

    with (
        db.unit(by=actors.system("guards"), at=clock.now()),
        socket.socket() as client,
        pytest.raises(NetworkInTransaction, match="inside a unit"),
    ):
        client.connect(listener.getsockname())


@pytest.mark.django_db
def test_a_connection_after_the_unit_is_made(listener):
    refuse_connections_in_units()
    with db.unit(by=actors.system("guards"), at=clock.now()):
        pass

    with socket.socket() as client:
        client.connect(listener.getsockname())

        assert client.getpeername() == listener.getsockname()
