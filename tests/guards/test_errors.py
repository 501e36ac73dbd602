"""Errors: one code each, declared where readers look for them, and none without a name."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator, Mapping

import pytest

import apps
from apps.core.errors import DomainError, registry
from tests.guards.source import Module, modules, parse, report

BARE = ("Exception", "BaseException")


def all_errors() -> list[type[DomainError]]:
    """Return every error class of the project, all modules imported."""
    for module in pkgutil.walk_packages(apps.__path__, "apps."):
        importlib.import_module(module.name)
    found, waiting = [], [DomainError]
    while waiting:
        children = waiting.pop().__subclasses__()
        found += children
        waiting += children
    return [error for error in found if error.__module__.startswith("apps.")]


def error_faults(error: type[DomainError], registered: Mapping[str, type[DomainError]]) -> list[str]:
    """Return what an error class lacks."""
    where, found = f"{error.__module__}.{error.__name__}", []
    app, kind = error.__module__.split(".")[1:3]
    if "code" not in vars(error):
        found.append(f"{where}: give it its own `code`; callers tell errors apart by it")
    elif registered.get(error.code) is not error:
        found.append(f"{where}: {error.code} is not registered for it")
    if not error.code.replace("_", "").isalnum() or error.code != error.code.lower():
        found.append(f"{where}: write the code {error.code!r} in lower_snake")
    if not (error.__doc__ or "").strip() or error.__doc__ == error.__mro__[1].__doc__:
        found.append(f"{where}: say in the docstring what happened and what to do")
    if app != "core" and kind != "errors":
        found.append(f"{where}: move it to apps/{app}/errors.py")
    return found


def bare_raises(module: Module) -> Iterator[str]:
    """Return each exception that is raised without a name of its own."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Raise):
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if module.dotted(raised) in BARE:
                yield module.at(node, "raise a DomainError with a code when callers can expect it, else a named fault")


def test_every_error_has_a_code_of_its_own():
    assert report([fault for error in all_errors() for fault in error_faults(error, registry())]) == ""


def test_nothing_bare_is_raised():
    assert report([fault for module in modules("apps", "config") for fault in bare_raises(module)]) == ""


class Refusal(Exception):
    """Like a domain error, and not in the registry."""

    code = "refusal"


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({}, ["give it its own `code`; callers tell errors apart by it"]),
        ({"code": "Not-Snake"}, ["write the code 'Not-Snake' in lower_snake"]),
        ({"code": "silent", "__doc__": None}, ["say in the docstring what happened and what to do"]),
        ({"code": "stray", "__module__": "apps.p2p.services.a"}, ["move it to apps/p2p/errors.py"]),
        ({"code": "fine", "__module__": "apps.core.money"}, []),
    ],
)
def test_a_planted_fault_is_named(attributes, words):
    error = type("Planted", (Refusal,), {"__module__": "apps.p2p.errors", "__doc__": "Told.", **attributes})

    found = error_faults(error, {error.code: error})

    assert [fault.partition(": ")[2] for fault in found] == words


def test_an_error_that_is_not_registered_is_named():
    error = type("Planted", (Refusal,), {"__module__": "apps.p2p.errors", "__doc__": "Told.", "code": "planted"})

    assert error_faults(error, {}) == ["apps.p2p.errors.Planted: planted is not registered for it"]


@pytest.mark.parametrize("code", ["raise Exception", "raise Exception('x')", "raise BaseException() from error"])
def test_a_bare_raise_is_named(code):
    assert len(list(bare_raises(parse(code)))) == 1


def test_named_and_repeated_raises_are_accepted():
    assert list(bare_raises(parse("try:\n    raise KeyError('x')\nexcept KeyError:\n    raise"))) == []
