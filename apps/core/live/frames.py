"""Frames: JSON objects of `{"v": 1, "t": type, "id": ..., "room": ..., "d": {...}}`, and how connections end."""

import json
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, Final, NoReturn

MOST_BYTES: Final = 65_536
PROTOCOL: Final = "strongroom.v1"
_VERSION: Final = 1
_LONGEST_ID: Final = 64
_MAX_DEPTH: Final = 32


class Close(IntEnum):
    """Why the server closes a connection."""

    TOO_BIG = 1009
    RESTART = 1012
    OVERLOAD = 1013
    BAD = 4400
    SIGN_IN = 4401
    FORBIDDEN = 4403
    SILENT = 4408
    ELSEWHERE = 4409
    FLOOD = 4429


class Fault(StrEnum):
    """What is wrong with a frame, before any service is asked."""

    BAD_JSON = "bad_json"
    BAD_TYPE = "bad_type"
    BAD_FIELD = "bad_field"
    VERSION = "version_unsupported"
    NO_HELLO = "unauthenticated"
    NO_ROOM = "room_not_found"
    TOO_FAST = "rate_limited"
    TOO_LONG = "too_large"
    OURS = "internal"


class Refused(Exception):
    """A frame that is answered with an error frame: `code`, and in words which part of it is meant."""

    def __init__(self, code: str, detail: str = "", **more: Any) -> None:
        super().__init__(code)
        self.code, self.detail, self.more = code, detail, more


@dataclass(frozen=True, slots=True)
class Frame:
    """What a client sent. Whatever else it says of sender, number or time is ignored."""

    t: str
    id: str = ""
    room: str = ""
    d: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str, *, longest: int, default: str | None = None) -> str:
        """Return a text of `d`. Raises: bad_field."""
        value = self.d.get(name, default)
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            raise Refused(Fault.BAD_FIELD, name)
        return value

    def whole(self, name: str, *, default: int | None = None) -> int:
        """Return a number of `d`, not below zero. Raises: bad_field."""
        return whole(self.d.get(name, default), name)

    def flag(self, name: str) -> bool:
        """Return a truth value of `d`. Raises: bad_field."""
        value = self.d.get(name)
        if not isinstance(value, bool):
            raise Refused(Fault.BAD_FIELD, name)
        return value


def whole(value: object, name: str) -> int:
    """Return a whole number from 0 to 2^63 - 1. Raises: bad_field."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise Refused(Fault.BAD_FIELD, name)
    return value


def read(text: str | None) -> Frame:
    """Return the frame of a text. Raises: bad_json, bad_field, version_unsupported."""
    try:
        found = json.loads(text or "", object_pairs_hook=_object, parse_constant=_refuse_constant)
        _check(found, _MAX_DEPTH)
    except (ValueError, RecursionError) as error:
        raise Refused(Fault.BAD_JSON) from error
    if not isinstance(found, dict):
        raise Refused(Fault.BAD_JSON)
    if found.get("v") != _VERSION or isinstance(found["v"], bool):
        raise Refused(Fault.VERSION)
    texts = {name: found.get(name, "") for name in ("t", "id", "room")}
    for name, value in texts.items():
        if not isinstance(value, str) or len(value) > _LONGEST_ID or (name == "t" and not value):
            raise Refused(Fault.BAD_FIELD, name)
    if not isinstance(found.get("d", {}), dict):
        raise Refused(Fault.BAD_FIELD, "d")
    return Frame(**texts, d=found.get("d", {}))


def write(kind: str, d: dict[str, Any], **head: Any) -> str:
    """Return the text of a frame of ours."""
    return json.dumps({"v": _VERSION, "t": kind, **head, "d": d}, separators=(",", ":"), ensure_ascii=False)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError


def _check(value: Any, depth: int) -> None:
    """Refuse what is nested too deeply, and half a surrogate pair, which no UTF-8 can carry on."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict | list):
        if depth == 0:
            raise ValueError
        for inner in [*value, *value.values()] if isinstance(value, dict) else value:
            _check(inner, depth - 1)
