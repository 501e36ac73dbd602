"""The one shape of a service, for every public function in services/ of every app."""

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.guards.source import Module, modules, parse, report

MOST_PUBLIC = 8
INNER = "open unit"
ANSWER = "return the model or a frozen dataclass"


def public(module: Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions that a services module shows to others."""
    found = (node for node in module.tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [node for node in found if not node.name.startswith("_")]


def signature(module: Module, service: ast.FunctionDef) -> Iterator[str]:
    """Return parameters that are not typed, not by keyword, or belong to a door."""
    given = service.args
    positional = [*given.posonlyargs, *given.args, *([given.vararg] if given.vararg else [])]
    for parameter in positional:
        if module.dotted(parameter.annotation) != "uuid.UUID":
            yield module.at(
                service, f"{service.name}: put `*` before {parameter.arg}; only ids to lock stand without name"
            )
    for parameter in (*positional, *given.kwonlyargs, *([given.kwarg] if given.kwarg else [])):
        if parameter.annotation is None:
            yield module.at(service, f"{service.name}: give {parameter.arg} a type")
        if parameter.arg in ("request", "form", "serializer"):
            yield module.at(service, f"{service.name}: take plain arguments; {parameter.arg} belongs to the door")
    if service.returns is None:
        yield module.at(service, f"{service.name}: say what it returns")


def returned(module: Module, service: ast.FunctionDef) -> Iterator[str]:
    """Return an answer that is a loose bag instead of a row or a dataclass."""
    kind, inner = module.dotted(service.returns), getattr(service.returns, "slice", None)
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    last = parts[-1]
    is_bag = kind == "dict" and module.dotted(last) in ("", "typing.Any", "object")
    is_mixed = kind == "tuple" and not (isinstance(last, ast.Constant) and last.value is ...)
    if is_bag or is_mixed:
        yield module.at(service, f"{service.name}: {ANSWER}, never a {kind}")


def actor_and_instant(module: Module, service: ast.FunctionDef) -> Iterator[str]:
    """Return a write that does not say who and when, or opens no unit with it."""
    if module.app == "core" or INNER in (ast.get_docstring(service) or "").lower():
        return
    names = {parameter.arg: module.dotted(parameter.annotation) for parameter in service.args.kwonlyargs}
    for name, kind in (("by", "apps.core.actors.Actor"), ("at", "datetime.datetime")):
        if names.get(name) != kind:
            yield module.at(service, f"{service.name}: take `{name}: {kind.split('.')[-1]}` by keyword, or say in the "
                                     f"docstring that it works inside an {INNER}")  # fmt: skip
    if not any(hands_on(call) for call, _ in module.calls(service)):
        yield module.at(service, f"{service.name}: open db.unit(by=by, at=at), or hand both to the service that does")


def hands_on(call: ast.Call) -> bool:
    """Tell whether a call gets `by` and `at` as they came."""
    given = {word.arg: word.value.id for word in call.keywords if isinstance(word.value, ast.Name)}
    return given.get("by") == "by" and given.get("at") == "at"


def own_clock(module: Module, service: ast.FunctionDef) -> Iterator[str]:
    """Return a service that looks at the clock itself."""
    for call, name in module.calls(service):
        if module.app != "core" and name.startswith("apps.core.clock."):
            yield module.at(call, f"{service.name}: take `at` from the caller; entrances ask the clock")


def declared_errors(module: Module, service: ast.FunctionDef) -> Iterator[str]:
    """Return a service that raises without saying so."""
    raises = any(isinstance(node, ast.Raise) and node.exc is not None for node in ast.walk(service))
    if raises and "Raises:" not in (ast.get_docstring(service) or ""):
        yield module.at(service, f"{service.name}: end the docstring with `Raises:` and the error codes")


def width(module: Module) -> Iterator[str]:
    """Return a module that shows too much, or a service written as a class."""
    if len(public(module)) > MOST_PUBLIC:
        yield module.at(module.tree, f"{len(public(module))} public services, at most {MOST_PUBLIC}: split it by noun")
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef) and is_service(module, node):
            yield module.at(node, f"{node.name}: a service is a function; data goes into a frozen dataclass")


def is_service(module: Module, node: ast.ClassDef) -> bool:
    """Tell whether a class does something instead of holding data or naming an error."""
    data = any(module.dotted(mark).startswith("dataclasses.dataclass") for mark in node.decorator_list)
    return not data and not node.bases and any(isinstance(inner, ast.FunctionDef) for inner in node.body)


def status_writes(module: Module) -> Iterator[str]:
    """Return each write of a status that goes around `core.states.move`."""
    advice = "use core.states.move(row, to): it checks the legal moves and records the change"
    if module.path == "apps/core/states.py" or "/migrations/" in module.path:
        return
    for node in ast.walk(module.tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            inner = target.elts if isinstance(target, ast.Tuple) else [target]
            if any(isinstance(one, ast.Attribute) and one.attr in ("status", "state") for one in inner):
                yield module.at(node, advice)
    for call, name in module.calls():
        words = {word.arg for word in call.keywords}
        if name.endswith((".change", ".update")) and words & {"status", "state"} and module.app != "core":
            yield module.at(call, advice)
        is_named = (
            name == "setattr" and isinstance(call.args[1], ast.Constant) and call.args[1].value in ("status", "state")
        )
        if is_named:
            yield module.at(call, advice)


PER_SERVICE: tuple[Callable[[Module, ast.FunctionDef], Iterator[str]], ...] = (
    signature,
    returned,
    actor_and_instant,
    own_clock,
    declared_errors,
)


def faults(module: Module) -> list[str]:
    found = list(status_writes(module))
    if module.kind == "services":
        found += [
            *width(module),
            *(fault for one in public(module) for rule in PER_SERVICE for fault in rule(module, one)),
        ]
    return found


def test_every_service_has_the_one_shape():
    assert report([fault for module in modules("apps") for fault in faults(module)]) == ""


HEAD = """
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from apps.core import clock, db
from apps.core.actors import Actor
from apps.p2p.models import Transfer
"""


def complaint(code: str, path: str = "apps/p2p/services/transfers.py") -> str:
    """Return the one complaint about a module, without its place."""
    return report(faults(parse(HEAD + code, path))).partition(": ")[2]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "def send(money: int, *, by: Actor, at: datetime) -> Transfer:\n    db.unit(by=by, at=at)",
            "send: put `*` before money; only ids to lock stand without name",
        ),
        (
            "def send(*, money, by: Actor, at: datetime) -> Transfer:\n    db.unit(by=by, at=at)",
            "send: give money a type",
        ),
        (
            "def send(*, request: Any, by: Actor, at: datetime) -> Transfer:\n    db.unit(by=by, at=at)",
            "send: take plain arguments; request belongs to the door",
        ),
        ("def send(*, by: Actor, at: datetime):\n    db.unit(by=by, at=at)", "send: say what it returns"),
        (
            "def send(*, by: Actor, at: datetime) -> dict[str, Any]:\n    db.unit(by=by, at=at)",
            "send: return the model or a frozen dataclass, never a dict",
        ),
        (
            "def send(*, by: Actor, at: datetime) -> tuple[Transfer, int]:\n    db.unit(by=by, at=at)",
            "send: return the model or a frozen dataclass, never a tuple",
        ),
        (
            "def send(*, by: Any, at: datetime) -> Transfer:\n    db.unit(by=by, at=at)",
            "send: take `by: Actor` by keyword, or say in the docstring that it works inside an open unit",
        ),
        (
            "def send(*, by: Actor, at: datetime) -> Transfer:\n    return Transfer()",
            "send: open db.unit(by=by, at=at), or hand both to the service that does",
        ),
        (
            "def send(*, by: Actor, at: datetime) -> Transfer:\n    db.unit(by=by, at=at)\n    clock.now()",
            "send: take `at` from the caller; entrances ask the clock",
        ),
        (
            'def send(*, by: Actor, at: datetime) -> Transfer:\n    """Do."""\n    db.unit(by=by, at=at)\n    raise No',
            "send: end the docstring with `Raises:` and the error codes",
        ),
        (
            "class Sender:\n    def send(self) -> None: ...",
            "Sender: a service is a function; data goes into a frozen dataclass",
        ),
        (
            "".join(f'def s{n}() -> None:\n    """Works inside an open unit."""\n' for n in range(9)),
            "9 public services, at most 8: split it by noun",
        ),
    ],
)
def test_a_planted_fault_is_named(code, words):
    assert complaint(code) == words


@pytest.mark.parametrize(
    "code",
    [
        "row.status = 1",
        "row.state, other = 1, 2",
        "row.status += 1",
        "row.status: int = 1",
        "setattr(row, 'status', 1)",
        "Transfer.objects.filter(pk=1).change(status=1)",
        "Transfer.objects.update(state=1)",
    ],
)
@pytest.mark.parametrize("path", ["apps/p2p/services/transfers.py", "apps/p2p/admin/transfers.py"])
def test_a_status_written_by_hand_is_named(code, path):
    assert complaint(code, path) == "use core.states.move(row, to): it checks the legal moves and records the change"


GOOD = '''
@dataclass(frozen=True)
class Preview:
    name: str

    def shown(self) -> str: ...

class Frozen(Exception):
    def text(self) -> str: ...

def send(*, payer: UUID, by: Actor, at: datetime) -> Transfer:
    """Send money. Raises: wallet_frozen."""
    with db.unit(by=by, at=at, why="send"):
        transfer = Transfer(status=1)
        raise Frozen

def resend(*ids: UUID, by: Actor, at: datetime) -> tuple[Transfer, ...]:
    return (send(payer=ids[0], by=by, at=at),)

def keep(wallet: UUID, *, money: int) -> dict[UUID, Preview]:
    """Keep it. Works inside an open unit."""

def _step(row, status):
    return status
'''


def test_the_one_shape_is_accepted():
    assert complaint(GOOD) == ""


def test_the_engines_of_core_take_their_own_arguments():
    assert complaint("def seal(*, text: str) -> bytes: ...", "apps/core/services/data_keys.py") == ""
