"""The operations of the API document, and one request to each as its own examples say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from apps.core import ids
from config.openapi.fields import CONSUMERS, STAFF
from config.openapi.reader import Reader
from tests.factories import compliance
from tests.guards.source import ROOT
from tests.support.callers import Caller

QUERY = {"currency": "USD"}


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    name: str
    method: str
    path: str
    form: Mapping[str, Any]

    @property
    def signed_in(self) -> str:
        """Return by what its callers sign in; empty where nobody needs to."""
        return next((scheme for one in self.form.get("security", []) for scheme in one), "")

    @property
    def path_ids(self) -> dict[str, str]:
        """Return the prefixes of the typed ids in its address, by name."""
        found = {one["name"]: one["schema"].get("pattern", "") for one in self._parameters("path")}
        return {name: _prefix(pattern) for name, pattern in found.items() if _prefix(pattern)}

    @property
    def body_ids(self) -> dict[str, str]:
        """Return the prefixes of the typed ids in its body, by field."""
        found = {name: one.get("pattern", "") for name, one in self._fields().items()}
        return {name: _prefix(pattern) for name, pattern in found.items() if _prefix(pattern)}

    def send(self, caller: Caller, path: Mapping[str, str], body: Mapping[str, str] | None = None) -> Any:
        """Send the request of the examples, with these ids in its address and in its body."""
        needed = [one["name"] for one in self._parameters("query") if one.get("required")]
        query = "&".join(f"{name}={QUERY[name]}" for name in needed)
        address = f"{self.address(path)}?{query}" if query else self.address(path)
        content, kind = self._content(body or {})
        headers = {"Content_Type": kind, "If_Match": '"v1"', "Idempotency_Key": ids.new().hex}
        return caller.send(self.method, address, content, **headers)

    def address(self, path: Mapping[str, str]) -> str:
        """Return its address below the root of the API; what is no typed id is as in the example."""
        found = {one["name"]: one["schema"].get("example", "none") for one in self._parameters("path")}
        return self.path.removeprefix("/api/v1/").format(**{**found, **path})

    def _content(self, given: Mapping[str, str]) -> tuple[Any, str]:
        for kind, one in self.form.get("requestBody", {}).get("content", {}).items():
            shown: Mapping[str, Any] = next((example["value"] for example in one.get("examples", {}).values()), {})
            values = {**(shown or _reader().example(one["schema"])), **given}
            if kind != "multipart/form-data":
                return values, kind
            files = {name for name, field in self._fields().items() if field.get("format") == "binary"}
            image = SimpleUploadedFile("image.jpg", compliance.image(), "image/jpeg")
            return encode_multipart(BOUNDARY, {**values, **dict.fromkeys(files, image)}), MULTIPART_CONTENT
        return None, "application/json"

    def _parameters(self, place: str) -> list[dict[str, Any]]:
        return [one for one in self.form.get("parameters", []) if one["in"] == place]

    def _fields(self) -> dict[str, Any]:
        for one in self.form.get("requestBody", {}).get("content", {}).values():
            name = one["schema"]["$ref"].rpartition("/")[2]
            fields: dict[str, Any] = _reader().document["components"]["schemas"][name]["properties"]
            return fields
        return {}


def consumers() -> list[Operation]:
    """Return the operations of consumers."""
    return [one for one in operations() if one.signed_in == CONSUMERS]


def staff() -> list[Operation]:
    """Return the operations of staff."""
    return [one for one in operations() if one.signed_in == STAFF]


@cache
def operations() -> list[Operation]:
    """Return every operation of the document."""
    return [
        Operation(form["operationId"], method.upper(), path, form)
        for path, methods in _reader().document["paths"].items()
        for method, form in methods.items()
    ]


def each(found: list[Operation]) -> Any:
    """Return what runs a test for each of some operations."""
    return pytest.mark.parametrize("operation", found, ids=[one.name for one in found])


@cache
def _reader() -> Reader:
    return Reader(yaml.safe_load((ROOT / "docs/openapi.yaml").read_text()), "https://api.example")


def _prefix(pattern: str) -> str:
    start, separator, _ = pattern.partition("_[0-7]")
    return start.removeprefix("^") if separator else ""
