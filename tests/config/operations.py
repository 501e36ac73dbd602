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

QUERY = {"asset": "USD", "currency": "USD"}


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
        return _prefixes({one["name"]: one["schema"] for one in self._parameters("path")})

    @property
    def body_ids(self) -> dict[str, str]:
        """Return the prefixes of the typed ids in its body, by field."""
        return _prefixes(self.fields)

    @property
    def media(self) -> str:
        """Return the media type of its body; empty for none."""
        return next(iter(self._content()), "")

    @property
    def fields(self) -> dict[str, Any]:
        """Return the forms of the fields of its body."""
        form = _reader().resolved(self._content()[self.media]["schema"]) if self.media else {}
        return {name: _reader().resolved(one) for name, one in form.get("properties", {}).items()}

    @property
    def example(self) -> dict[str, Any]:
        """Return the body of its example."""
        content = self._content()[self.media]
        shown: Any = next((one["value"] for one in content.get("examples", {}).values()), None)
        return {**(shown or _reader().example(content["schema"]))}

    def send(self, caller: Caller, path: Mapping[str, str], body: Mapping[str, Any] | bytes | None = None) -> Any:
        """Send the request of the examples with these ids in its address, and these fields, or bytes, as its body."""
        content, kind = (body, self.media) if isinstance(body, bytes) else self._body(body or {})
        headers = {"Content_Type": kind, "If_Match": '"v1"', "Idempotency_Key": ids.new().hex}
        return caller.send(self.method, self.address(path), content, **headers)

    def address(self, path: Mapping[str, str]) -> str:
        """Return its address below the root of the API; what is no typed id is as in the example."""
        found = {one["name"]: one["schema"].get("example", "none") for one in self._parameters("path")}
        needed = [one["name"] for one in self._parameters("query") if one.get("required")]
        query = "&".join(f"{name}={QUERY[name]}" for name in needed)
        return self.path.removeprefix("/api/v1/").format(**{**found, **path}) + (f"?{query}" if query else "")

    def _body(self, given: Mapping[str, Any]) -> tuple[Any, str]:
        if not self.media:
            return None, "application/json"
        values = {**self.example, **given}
        if self.media != "multipart/form-data":
            return values, self.media
        files = {name for name, field in self.fields.items() if field.get("format") == "binary"}
        image = SimpleUploadedFile("image.jpg", compliance.image(), "image/jpeg")
        return encode_multipart(BOUNDARY, {**values, **dict.fromkeys(files, image)}), MULTIPART_CONTENT

    def _content(self) -> dict[str, Any]:
        content: dict[str, Any] = self.form.get("requestBody", {}).get("content", {})
        return content

    def _parameters(self, place: str) -> list[dict[str, Any]]:
        return [one for one in self.form.get("parameters", []) if one["in"] == place]


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


def _prefixes(forms: Mapping[str, Any]) -> dict[str, str]:
    parts = {name: form.get("pattern", "").partition("_[0-7]") for name, form in forms.items()}
    return {name: start.removeprefix("^") for name, (start, separator, _) in parts.items() if separator}
