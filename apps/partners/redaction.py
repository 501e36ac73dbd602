"""What is kept of a conversation with a partner: named fields only, and those cleaned.

A list of what may stay cannot forget a field; a list of what must go can.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from apps.core import redact

HIDDEN: Final = "[hidden]"
MAX_TEXT: Final = 500
"""Characters of one text that are kept."""
MAX_ITEMS: Final = 50
MAX_DEPTH: Final = 6

# Card and account numbers that are no valid ones still tell: a typing error is one digit away from the truth.
_LONG_NUMBER: Final = re.compile(r"(?<![0-9a-zA-Z_])[0-9](?:[ .\-]?[0-9]){11,18}(?![0-9a-zA-Z_])")


def scrub(value: Any, *, keep: frozenset[str]) -> Any:
    """Return a value of plain types in which only fields named in `keep` show their texts and numbers.

    Other fields stay with their value hidden, so that the form of a message can be read. Lists are cut at 50 items,
    texts at 500 characters; in what stays, numbers of 12 to 19 digits and personal data are masked.
    """
    return _scrubbed(value, keep, shown=False, depth=0)


def scrub_text(found: str) -> str:
    """Return a partner's text without personal data and long numbers, cut at 500 characters."""
    return _LONG_NUMBER.sub(redact.CARD, redact.text(found))[:MAX_TEXT]


def _scrubbed(value: Any, keep: frozenset[str], *, shown: bool, depth: int) -> Any:
    if depth > MAX_DEPTH:
        return redact.CUT
    if isinstance(value, Mapping):
        items = list(value.items())[:MAX_ITEMS]
        return {
            scrub_text(str(key)): _scrubbed(one, keep, shown=str(key) in keep, depth=depth + 1) for key, one in items
        }
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        return [_scrubbed(one, keep, shown=shown, depth=depth + 1) for one in value[:MAX_ITEMS]]
    return _leaf(value) if shown else _covered(value)


def _leaf(value: Any) -> Any:
    if isinstance(value, str):
        return scrub_text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        text = scrub_text(str(value))
        return value if text == str(value) else text
    return HIDDEN


def _covered(value: Any) -> Any:
    return value if value is None or value == "" else HIDDEN
