"""The vendor's form encoding: `card[number]=..&expand[]=..` as nested values, and its checks."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from simulators.stripe.errors import invalid

_PART = re.compile(r"\[([^\[\]]*)\]")
_NAME = re.compile(r"([a-z_0-9]+)((?:\[[^\[\]]*\])*)", re.IGNORECASE)
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
Values = dict[str, Any]


def parse(text: str) -> Values:
    """Return nested values of a form or a query. Raises: Refusal for a name without form."""
    found: Values = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        match = _NAME.fullmatch(name)
        if not match:
            raise invalid(message=f"Invalid parameter name: {name[:60]}", param=name[:60])
        _put(found, [match[1], *_PART.findall(match[2])], value)
    return found


def only(values: Mapping[str, Any], *allowed: str) -> None:
    """Refuse parameters that the vendor does not know here. Raises: Refusal."""
    for name in values:
        if name not in allowed:
            raise invalid(message=f"Received unknown parameter: {name}", param=name, code="parameter_unknown")


def text(values: Mapping[str, Any], name: str, *, default: str | None = None) -> str:
    """Return a text. Raises: Refusal when it is missing without a default."""
    value = values.get(name, default)
    if value is None:
        raise invalid(message=f"Missing required param: {name}.", param=name, code="parameter_missing")
    if not isinstance(value, str):
        raise invalid(message=f"Invalid string: {name}", param=name)
    return value


def whole(values: Mapping[str, Any], name: str) -> int:
    """Return a whole number. Raises: Refusal."""
    value = text(values, name)
    if not _WHOLE.fullmatch(value):
        raise invalid(message=f"Invalid integer: {value[:40]}", param=name, code="parameter_invalid_integer")
    return int(value)


def flag(values: Mapping[str, Any], name: str) -> bool:
    """Return a truth value, false when it is missing. Raises: Refusal."""
    value = text(values, name, default="false")
    if value not in ("true", "false"):
        raise invalid(message=f"Invalid boolean: {value[:40]}", param=name)
    return value == "true"


def table(values: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return texts by name, as in `metadata`. Raises: Refusal."""
    value = values.get(name, {})
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise invalid(message=f"Invalid object: {name}", param=name)
    return dict(value)


def _put(found: Values, path: list[str], value: str) -> None:
    place: Any = found
    for part in path[:-1]:
        place = place.setdefault(part or str(len(place)), {})
        if not isinstance(place, dict):
            raise invalid(message=f"Invalid parameter: {path[0]}", param=path[0])
    last = path[-1] or str(len(place))
    place[last] = value
