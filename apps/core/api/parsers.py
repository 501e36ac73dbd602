"""Strict JSON: UTF-8, one value, no key twice, bounded in size and depth."""

import json
from collections.abc import Mapping
from typing import IO, Any, Final

from django.conf import settings
from rest_framework.parsers import BaseParser

from apps.core.api.problems import MalformedJson
from apps.core.errors import TooLarge

MAX_DEPTH: Final = 32


class StrictJsonParser(BaseParser):
    """Reads `application/json`.

    Numbers that are not whole, NaN and infinities come through as floats, so that the refusal names their field.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the value. Raises: malformed_json, too_large."""
        del media_type, parser_context
        most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise TooLarge(limit_bytes=most)
        try:
            value = json.loads(raw.decode(), object_pairs_hook=_object, parse_constant=float)
            _check(value, MAX_DEPTH)
        except (ValueError, RecursionError) as error:
            raise MalformedJson from error
        return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedJson(reason="duplicate_key")
    return found


def _check(value: Any, depth: int) -> None:
    """Refuse what is nested too deeply, and half a surrogate pair, which no UTF-8 can carry on."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict | list):
        if depth == 0:
            raise MalformedJson(reason="too_deep")
        for inner in [*value, *value.values()] if isinstance(value, dict) else value:
            _check(inner, depth - 1)
