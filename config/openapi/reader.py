"""The document as a person reads it: operations by tag, fields in rows, an example of everything."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

_CODE: Final = re.compile(r"- `(?P<code>\w+)`: (?P<title>.*)")
_DEPTH: Final = 6
_FORM: Final = "multipart/form-data"
_EXAMPLES: Final = {"integer": 1, "boolean": True, "number": 1, "null": None}


@dataclass(frozen=True, slots=True)
class Row:
    """One field or parameter."""

    name: str
    form: str
    place: str
    is_required: bool
    meaning: SafeString


@dataclass(frozen=True, slots=True)
class Success:
    """An answer of success."""

    status: str
    rows: list[Row]
    example: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """One code that the operation may be refused with."""

    status: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation."""

    name: str
    method: str
    path: str
    summary: str
    about: list[SafeString]
    needs_sign_in: bool
    parameters: list[Row]
    body: list[Row]
    call: str
    successes: list[Success]
    refusals: list[Refusal]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one document; `site` is the address in the examples."""

    document: Mapping[str, Any]
    site: str

    def tags(self) -> dict[str, list[Entry]]:
        """Return the operations by tag, both in alphabetical order."""
        found: dict[str, list[Entry]] = {}
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                found.setdefault(operation["tags"][0], []).append(self._entry(path, method.upper(), operation))
        return {tag: sorted(entries, key=lambda one: (one.path, one.method)) for tag, entries in sorted(found.items())}

    def _entry(self, path: str, method: str, operation: Mapping[str, Any]) -> Entry:
        responses = operation["responses"]
        return Entry(
            name=operation["operationId"],
            method=method,
            path=path,
            summary=operation.get("summary", ""),
            about=paragraphs(operation.get("description", "")),
            needs_sign_in=bool(operation.get("security")),
            parameters=[self._parameter(one) for one in operation.get("parameters", [])],
            body=list(self._rows(_content(operation.get("requestBody", {})).get("schema", {}))),
            call=self._call(path, method, operation),
            successes=[self._success(status, one) for status, one in responses.items() if status < "300"],
            refusals=[
                one for status, found in responses.items() if status >= "300" for one in _refusals(status, found)
            ],
        )

    def _parameter(self, parameter: Mapping[str, Any]) -> Row:
        return Row(
            name=parameter["name"],
            form=_form(parameter["schema"]),
            place=parameter["in"],
            is_required=parameter.get("required", False),
            meaning=inline(parameter.get("description", "")),
        )

    def _success(self, status: str, response: Mapping[str, Any]) -> Success:
        schema = _content(response).get("schema")
        return Success(
            status=status,
            rows=list(self._rows(schema)) if schema else [],
            example=_shown(self.example(schema)) if schema else "",
        )

    def _call(self, path: str, method: str, operation: Mapping[str, Any]) -> str:
        """Return a command that calls the operation."""
        required = [one for one in operation.get("parameters", []) if one.get("required")]
        for one in required:
            if one["in"] == "path":
                path = path.replace(f"{{{one['name']}}}", str(self.example(one["schema"])))
        headers = [f"{one['name']}: {_header(one)}" for one in required if one["in"] == "header"]
        if operation.get("security"):
            headers.insert(0, "X-Session-Token: $TOKEN")
        words = [f"curl -X {method} {self.site}{path}"]
        body = operation.get("requestBody", {})
        content = _content(body)
        if _FORM in body.get("content", {}):
            words += [f"-F '{name}={self._field(one)}'" for name, one in self._fields(content["schema"])]
        elif content:
            headers.append("Content-Type: application/json")
            examples: Mapping[str, Any] = content.get("examples", {})
            given = next((one["value"] for one in examples.values()), None)
            words.append(f"-d '{json.dumps(given or self.example(content['schema']), ensure_ascii=False)}'")
        words[1:1] = [f'-H "{header}"' for header in headers]
        return " \\\n  ".join(words)

    def _fields(self, schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Return the fields of a form."""
        for name, one in self.resolved(schema).get("properties", {}).items():
            yield name, self.resolved(one)

    def _field(self, schema: Mapping[str, Any]) -> str:
        return "@file" if schema.get("format") == "binary" else str(self.example(schema))

    def _rows(self, schema: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[Row]:
        """Return the fields of an object, those inside with their way: `money.amount`, `results[].id`."""
        found = self.resolved(schema)
        if found.get("type") == "array":
            yield from self._rows(found["items"], f"{prefix}[]", depth)
            return
        for name, one in found.get("properties", {}).items():
            inner = self.resolved(one)
            way = f"{prefix}.{name}" if prefix else name
            yield Row(
                name=way,
                form=_form(inner),
                place="",
                is_required=name in found.get("required", []),
                meaning=inline(one.get("description") or inner.get("description", "")),
            )
            if depth < _DEPTH:
                yield from self._rows(inner, way, depth + 1)

    def example(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        """Return a value of this form."""
        found = self.resolved(schema)
        for key in ("example", "const", "default"):
            if key in found:
                return found[key]
        if "enum" in found:
            return found["enum"][0]
        kind = _kind(found)
        if depth > _DEPTH:
            return None
        if kind == "object":
            return {name: self.example(one, depth + 1) for name, one in found.get("properties", {}).items()}
        if kind == "array":
            return [self.example(found["items"], depth + 1)]
        return _EXAMPLES.get(kind, found.get("format") or "text")

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow a reference, alone or beside a description or a null."""
        reference = schema.get("$ref")
        if reference:
            return self.resolved(self.document["components"]["schemas"][reference.rpartition("/")[2]])
        for key in ("allOf", "oneOf"):
            if key in schema:
                others = {name: one for name, one in schema.items() if name != key}
                return {**self.resolved(schema[key][0]), **others}
        return schema


def paragraphs(text: str) -> list[SafeString]:
    """Return a text in paragraphs."""
    return [inline(one) for one in text.split("\n\n") if one]


def inline(text: str) -> SafeString:
    """Return a text with its words in backticks as code."""
    pieces = enumerate(text.split("`"))
    return format_html_join("", "{}", ((format_html("<code>{}</code>", one) if at % 2 else one,) for at, one in pieces))


def _content(body: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(iter(body.get("content", {}).values()), {})
    return found


def _refusals(status: str, response: Mapping[str, Any]) -> list[Refusal]:
    found = [_CODE.fullmatch(line) for line in response["description"].splitlines()]
    return [Refusal(status, one["code"], one["title"]) for one in found if one]


def _header(parameter: Mapping[str, Any]) -> str:
    return "$(uuidgen)" if parameter["name"] == "Idempotency-Key" else str(parameter["schema"].get("example", ""))


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    return str(next(one for one in kind if one != "null") if isinstance(kind, list) else kind)


def _form(schema: Mapping[str, Any]) -> str:
    """Return type and limits in words."""
    words = [" | ".join(schema["type"]) if isinstance(schema.get("type"), list) else _kind(schema)]
    words += [str(schema[key]) for key in ("format",) if key in schema]
    if "enum" in schema:
        words.append(_("one of %(words)s") % {"words": ", ".join(map(str, schema["enum"]))})
    bounds = {"minLength": ">=", "minimum": ">=", "maxLength": "<=", "maximum": "<="}
    words += [f"{sign} {schema[key]}" for key, sign in bounds.items() if key in schema]
    return ", ".join(words)


def _shown(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
