"""The API document: without warnings, equal to the stored one, each operation once."""

from collections import Counter

import yaml
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from apps.core.errors import registry
from tests.guards.source import ROOT

STORED = ROOT / "docs/openapi.yaml"


def generated():
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(document):
    return [one for methods in document["paths"].values() for one in methods.values()]


def test_the_document_is_made_without_warnings():
    with GENERATOR_STATS.silence():
        generated()

    assert not GENERATOR_STATS


def test_the_stored_document_is_the_present_one():
    assert STORED.read_text() == OpenApiYamlRenderer().render(generated(), renderer_context={}).decode(), "make openapi"


def test_the_stored_document_can_be_read():
    assert yaml.safe_load(STORED.read_text())["openapi"] == "3.1.0"


def test_each_operation_is_there_once():
    names = Counter(one["operationId"] for one in operations(generated()))

    assert {name: number for name, number in names.items() if number > 1} == {}


def test_each_documented_code_is_registered():
    lines = [
        line
        for one in operations(generated())
        for status, answer in one["responses"].items()
        if status >= "400"
        for line in answer["description"].splitlines()
    ]

    assert {line.split("`")[1] for line in lines} - registry().keys() == set()
