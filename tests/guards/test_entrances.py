"""Doors are thin: no query of their own, and one service call on each way through a function."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from tests.guards.source import Module, functions, modules, parse, report

DOORS = ("api", "admin", "tasks", "receivers", "consumers")
CHANGES = ("pop", "popitem", "clear", "update", "setdefault")
MANAGERS = ("objects", "all_objects", "_base_manager", "_default_manager")


def queries(module: Module) -> list[str]:
    """Return each query that a door makes past the selectors."""
    return [
        module.at(node, f"read through a selector `..._for(by=...)` instead of .{node.attr}")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS
    ]


def calls_on_one_way(module: Module) -> list[str]:
    """Return each function that may call more than one service in one run."""
    found = []
    for function in functions(module):
        most = ways(module, function.body).most
        if most > 1:
            advice = "move what belongs together into one service: here it is not one transaction"
            found.append(module.at(function, f"{function.name} calls {most} services; {advice}"))
    return found


@dataclass(frozen=True, slots=True)
class Ways:
    """The most service calls on any way, and on those that lead on to the next statement (None: all end here)."""

    most: int
    onward: int | None


def ways(module: Module, body: Iterable[ast.stmt], before: int = 0) -> Ways:
    """Return the ways through some statements, one after the other."""
    most, onward = before, before
    for statement in body:
        step = one(module, statement)
        most = max(most, onward + step.most)
        if step.onward is None:
            return Ways(most, None)
        onward += step.onward
    return Ways(max(most, onward), onward)


def one(module: Module, statement: ast.stmt) -> Ways:
    """Return the ways through one statement; branches exclude each other, a loop's body counts once."""
    match statement:
        case ast.If(test=test, body=body, orelse=orelse):
            return either(ways(module, branch, services(module, test)) for branch in (body, orelse))
        case ast.Match(subject=subject, cases=cases):
            bodies = [[], *(case.body for case in cases)]
            return either(ways(module, branch, services(module, subject)) for branch in bodies)
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            bodies = [[*body, *orelse, *final], *([*handler.body, *final] for handler in handlers)]
            return either(ways(module, branch) for branch in bodies)
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            return ways(module, body, sum(services(module, item) for item in items))
        case ast.For(body=body, iter=test) | ast.AsyncFor(body=body, iter=test) | ast.While(body=body, test=test):
            most = ways(module, body, services(module, test)).most
            return Ways(most, most)
    inner = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    count = 0 if inner else services(module, statement)
    ends = isinstance(statement, ast.Return | ast.Raise | ast.Continue | ast.Break)
    return Ways(count, None if ends else count)


def either(branches: Iterable[Ways]) -> Ways:
    """Return the ways through branches of which one is taken."""
    found = list(branches)
    onward = [branch.onward for branch in found if branch.onward is not None]
    return Ways(max(branch.most for branch in found), max(onward, default=None))


def services(module: Module, node: ast.AST) -> int:
    """Return how many services a piece of code calls."""
    return sum(".services." in name and name.startswith("apps.") for _, name in module.calls(node))


def changed_inputs(module: Module) -> list[str]:
    """Return each place where a door changes what it was given: a keyed request may run twice, on the same values."""
    advice = "take what is needed out of the input and leave it as it is: a lost race runs the request again"
    inputs = {"given", *named_inputs(module)}
    return [
        module.at(node, advice)
        for node in ast.walk(module.tree)
        if any(is_input(one, inputs) for one in changed_by(node))
    ]


def named_inputs(module: Module) -> Iterable[str]:
    """Return the names that a door gives to checked input."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assign):
            targets, values = parts(node.targets[0]), parts(node.value)
            if len(targets) == len(values):
                found = zip(targets, values, strict=True)
                yield from (name.id for name, value in found if isinstance(name, ast.Name) and is_input(value, set()))


def parts(node: ast.expr) -> list[ast.expr]:
    """Return what stands between the commas of one side of an assignment."""
    return node.elts if isinstance(node, ast.Tuple) else [node]


def is_input(node: ast.AST, names: set[str]) -> bool:
    """Tell whether a piece of code is checked input: one of its names, a body, the parameters, or the values."""
    match node:
        case ast.Name(id=name):
            return name in names
        case ast.Call(func=ast.Attribute(attr="body")) | ast.Attribute(attr="validated_data" | "params"):
            return True
    return False


def changed_by(node: ast.AST) -> list[ast.AST]:
    """Return what a piece of code changes in place."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in CHANGES:
            return [value]
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            return [target.value for target in targets if isinstance(target, ast.Subscript)]
        case ast.AugAssign(target=ast.Subscript(value=value)):
            return [value]
        case ast.AugAssign(target=target):
            return [target]
    return []


def faults(module: Module) -> list[str]:
    found = [*queries(module), *calls_on_one_way(module), *changed_inputs(module)]
    return found if module.kind in DOORS else []


def test_doors_are_thin():
    assert report([fault for module in modules("apps") for fault in faults(module)]) == ""


HEAD = "from apps.p2p.services import transfers\nfrom apps.p2p import selectors\n"


def complaints(code: str, path: str = "apps/p2p/api/views.py") -> list[str]:
    """Return the complaints about a module, without their places."""
    return [fault.partition(": ")[2].partition(";")[0] for fault in faults(parse(HEAD + code, path))]


@pytest.mark.parametrize(
    "body",
    [
        "transfers.send()\n    transfers.note()",
        "return transfers.send(transfers.find())",
        "if a:\n        transfers.send()\n    return transfers.note()",
        "if transfers.may():\n        return transfers.send()",
        "with transfers.open():\n        return transfers.send()",
        "try:\n        transfers.send()\n    except E:\n        pass\n    else:\n        transfers.note()",
        "for row in rows:\n        transfers.send(row)\n        transfers.note(row)",
        "match a:\n        case 1:\n            transfers.send()\n    transfers.note()",
    ],
)
@pytest.mark.parametrize("path", [f"apps/p2p/{door}.py" for door in DOORS])
def test_two_services_on_one_way_are_named(body, path):
    assert complaints(f"def post(self):\n    {body}", path) == ["post calls 2 services"]


@pytest.mark.parametrize(
    "body",
    [
        "transfers.send()",
        "return transfers.send() if a else None",
        "if a:\n        transfers.send()\n    else:\n        transfers.note()",
        "if a:\n        return transfers.send()\n    return transfers.note()",
        "try:\n        transfers.send()\n    except E:\n        transfers.note()",
        "if a:\n        if b:\n            raise E\n        return transfers.send()\n    transfers.note()",
        "match a:\n        case 1:\n            transfers.send()\n        case 2:\n            transfers.note()",
        "for row in rows:\n        transfers.send(row)",
        "return selectors.shown(transfers.send())",
        "def one():\n        transfers.send()\n    def two():\n        transfers.note()",
    ],
)
def test_one_service_on_each_way_is_accepted(body):
    assert complaints(f"def post(self):\n    {body}") == []


@pytest.mark.parametrize("manager", MANAGERS)
def test_a_query_in_a_door_is_named(manager):
    assert complaints(f"rows = Transfer.{manager}.all()", "apps/p2p/admin/transfers.py") == [
        f"read through a selector `..._for(by=...)` instead of .{manager}"
    ]


CHANGED = "take what is needed out of the input and leave it as it is: a lost race runs the request again"


@pytest.mark.parametrize(
    "body",
    [
        *(f"return transfers.send(given.{change}('note'))" for change in CHANGES),
        "body = self.body()\n    body.pop('note')",
        "own, asked = self.own(key), self.body()\n    asked.pop('note')",
        "found = serializer.validated_data\n    found.pop('note')",
        "self.params.pop('note')",
        "given['note'] = ''",
        "given['count'] += 1",
        "del given['note']",
        "given |= {'note': ''}",
    ],
)
def test_a_changed_input_is_named(body):
    assert complaints(f"def _sent(self, given):\n    {body}") == [CHANGED]


@pytest.mark.parametrize(
    "body",
    [
        "return transfers.send(**{**given, 'note': ''})",
        "given = self.body()\n    return transfers.send(**given)",
        "shown = {}\n    shown['note'] = given['note']",
        "own, given = self.own(key), self.body()\n    own.pop('note')",
    ],
)
def test_an_input_that_is_only_read_is_accepted(body):
    assert complaints(f"def _sent(self, given):\n    {body}") == []


def test_selectors_and_services_may_query():
    code = "def one():\n    transfers.send()\n    transfers.note()\n    Transfer.objects.all()"

    assert complaints(code, "apps/p2p/selectors.py") == complaints(code, "apps/p2p/services/transfers.py") == []
