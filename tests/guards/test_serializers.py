"""Bodies: fields are listed one by one, and what comes in is read by fields that convert nothing."""

import ast
from collections.abc import Iterator

import pytest
from rest_framework import serializers

from apps.core.api import fields
from apps.core.api.serializers import InputSerializer, PageQuery, QuerySerializer
from tests.guards.source import Module, modules, parse, report

STRICT = (
    *(fields.TextField, fields.CodeField, fields.WholeField, fields.WholeParameter, fields.FlagField),
    *(fields.InstantField, fields.DayField, fields.DecimalField, fields.IdField, fields.MoneyField, fields.UuidField),
    *(InputSerializer, serializers.ListField, serializers.ListSerializer, serializers.FileField),
)


def lists(module: Module) -> Iterator[str]:
    """Return each list of fields that is not written out."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, node.value
            if name == "exclude" or (name == "fields" and isinstance(value, ast.Constant) and value.value == "__all__"):
                yield module.at(node, "list the fields one by one: a new column must not appear by itself")


def loose(serializer: type[InputSerializer]) -> list[str]:
    """Return each field of a body that converts what it gets, or takes texts of any length."""
    found = []
    for name, field in serializer().fields.items():
        where = f"{serializer.__module__}.{serializer.__name__}.{name}"
        if not isinstance(field, STRICT):
            found.append(f"{where}: take a field of core.api.fields, which converts nothing")
        elif isinstance(field, fields.TextField) and field.max_length is None:
            found.append(f"{where}: give it a max_length")
    return found


def below(base: type[InputSerializer]) -> Iterator[type[InputSerializer]]:
    for one in base.__subclasses__():
        yield one
        yield from below(one)


def test_fields_are_listed_one_by_one():
    found = [fault for module in modules("apps") if module.kind == "api" for fault in lists(module)]

    assert report(found) == ""


def test_what_comes_in_is_read_strictly():
    bodies = [one for one in below(InputSerializer) if one.__module__.startswith(("apps.", "config."))]

    assert {PageQuery, QuerySerializer} <= set(bodies)
    assert report([fault for one in bodies for fault in loose(one)]) == ""


@pytest.mark.parametrize("code", ["class Meta:\n    fields = '__all__'", "class Meta:\n    exclude = ('a',)"])
def test_a_planted_list_is_named(code):
    assert len(list(lists(parse(code, "apps/p2p/api/serializers.py")))) == 1


def test_planted_fields_are_named():
    class Planted(InputSerializer):
        name = serializers.CharField(max_length=5)
        text = fields.TextField()

    assert [fault.partition(": ")[2] for fault in loose(Planted)] == [
        "take a field of core.api.fields, which converts nothing",
        "give it a max_length",
    ]
