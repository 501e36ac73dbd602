"""What people write, before it is sealed: one form of each letter, no invisible tricks, no card numbers."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from apps.core import redact
from apps.helpdesk.errors import TextUnusable

_KEPT_CONTROLS: Final = frozenset("\n\t")
_MOST_MARKS: Final = 8
_REFUSED: Final = frozenset({"Cc", "Cs"})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text as it is kept; `is_redacted` when numbers of cards or identity papers were taken out of it."""

    text: str
    is_redacted: bool


def clean(*, text: str, longest: int, is_one_line: bool = False) -> Cleaned:
    """Return a text in the form in which it is kept. Works inside an open unit, or before it.

    Numbers of cards and identity papers are replaced: what is not kept cannot leak.
    Raises: text_unusable for nothing but blanks, controls, more than 8 marks on one letter, or too many characters.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if not composed or len(composed) > longest or not _is_plain(composed, is_one_line=is_one_line):
        raise TextUnusable(longest=longest)
    kept = redact.numbers(composed)
    return Cleaned(kept, kept != composed)


def _is_plain(text: str, *, is_one_line: bool) -> bool:
    marks = 0
    for letter in text:
        category = unicodedata.category(letter)
        if category in _REFUSED and (is_one_line or letter not in _KEPT_CONTROLS):
            return False
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MOST_MARKS:
            return False
    return True
