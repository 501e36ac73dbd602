"""Takes personal data and secrets out of what leaves the database: log lines, stored notes, file names.

Pure and bounded: long texts and deep values are cut. When in doubt it masks.
"""

import re
from collections.abc import Iterable, Mapping, MutableMapping
from datetime import date, time, timedelta
from typing import Any, Final
from uuid import UUID

CARD: Final = "[card]"
IDENTITY: Final = "[identity number]"
EMAIL: Final = "[email]"
PHONE: Final = "[phone]"
PERSONAL: Final = "[personal]"
SECRET: Final = "[secret]"  # noqa: S105 - the mask, not a secret
CUT: Final = "[cut]"

MAX_TEXT: Final = 16_384
"""Characters of one text that are kept."""
MAX_DEPTH: Final = 6
MAX_VALUES: Final = 1_000
"""Values of one event that are kept, over all levels."""

_SHORTEST_CARD: Final = 13
_LONGEST_CARD: Final = 19
_LONGEST_NAME: Final = 200

# An id of ours is the only text whose digits are not looked at: a version 7 id may happen to end like a card number.
_UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_GAP: Final = r"[ \t.\-_/\u00a0\u2007-\u2015\u202f\u2212]{1,2}"
_DIGITS: Final = re.compile(rf"(?P<id>\b{_UUID}\b)|(?<!\d)\d+(?:{_GAP}\d+)*", re.IGNORECASE)
_GROUP: Final = re.compile(r"\d+")
# Issuers by their first digits, widely: Visa, Mastercard, American Express, Diners, JCB, Discover, UnionPay, Maestro,
# Mir, RuPay.
_ISSUER: Final = re.compile(r"4|5[0-8]|2[2-7]|3[0-9]|6|8[12]")

_IDENTITY_NUMBER: Final = re.compile(
    r"(?<!\d)(?!000|666)\d{3}(?P<gap>[ \-\u2010-\u2015\u2212])(?!00)\d{2}(?P=gap)(?!0000)\d{4}(?!\d)"
    r"|(?P<named>\b(?:ssn|i?tin|social security(?: number)?|tax id)\W{0,3}(?:(?:is|no|nr|number)\W{1,3})?)\d{9}(?!\d)",
    re.IGNORECASE,
)
_URL_LOGIN: Final = re.compile(r"(?<=://)[^\s/@:]{0,64}:[^\s/@]{1,256}@")
_SCHEME: Final = re.compile(r"\b(bearer|basic|token|session)\s+(?!\[)[\w.~+/=-]{8,}", re.IGNORECASE)
_JWT: Final = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*")
_NAMED_SECRET: Final = re.compile(
    r"(?<![a-z])(?P<name>pass(?:word|wd|phrase|code)|secret|token|authorization|cookie|session_?(?:id|key|token)|csrf\w{0,20}|"
    r"otp|cvv2?|cvc2?|(?:api|private|access)[_-]?key)(?P<is>[\"']?\s{0,3}[=:]\s{0,3})(?!\[|[\"']\[)"
    r"(?:\"[^\"\n]{0,1024}\"?|'[^'\n]{0,1024}'?|[^\s\"'&,;}]{1,1024})",
    re.IGNORECASE,
)
_QUERY_SECRET: Final = re.compile(r"(?<=[?&])(?P<name>code|key|sig|signature)=[^\s&#\"']+", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[\w.!#$%'*+^`{|}~-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_PHONE: Final = re.compile(r"(?<![\w+])\+[1-9](?:[ .()\-]{0,2}\d){7,14}(?!\d)")

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# Searched in the words of a field's name, joined by `_`.
_SECRET_NAME: Final = re.compile(
    r"(?<![a-z])(?:pass(?:word|wd|phrase|code)|secrets?|tokens?|authorization|cookies?|session(?:id)?|csrf[a-z]*|t?otp|pin|"
    r"cvv|cvc|apikey|credentials?|(?:api|private|access|data|master)_key|card_number)(?![a-z])"
)
_PERSONAL_NAME: Final = re.compile(
    r"(?<![a-z])(?:e?mails?|phone|mobile|ssn|itin|tin|pan|iban|birthday|birth_?date|date_of_birth|dob|passport|surname|"
    r"forename|(?:first|last|middle|full|legal|display|given|family)_name|tax_id|national_id|account_number|routing_number|"
    r"address)(?![a-z])"
)
# A one-time code is digits or mixed letters; error, reason, country and HTTP codes are words, two or three capitals, or
# at most three digits.
_HARMLESS_CODE: Final = re.compile(r"[a-z]+(?:[_.][a-z0-9]+)*|[A-Z]{2,3}|[0-9]{1,3}|")

_TYPED_ID: Final = re.compile(r"[a-z]{2,4}_[0-9a-hjkmnp-tv-z]{26}")
_PLAIN: Final = (bool, float, type(None), UUID, date, time, timedelta)


def event(_logger: object, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return a log event without personal data: a structlog processor, the last one before the renderer."""
    cleaned = _Cleaner()
    return {_text_key(key): cleaned.field(key, found, 0) for key, found in fields.items()}


def value(found: object) -> Any:
    """Return a copy of any value without personal data, of plain types; what is too deep or too much is cut."""
    return _Cleaner().value(found, 0)


def text(found: str) -> str:
    """Return a text for logs: without numbers (see `numbers`), addresses, phone numbers, passwords and tokens."""
    # Half a card number at the cut would not be recognised.
    kept = found if len(found) <= MAX_TEXT else found[:MAX_TEXT].rstrip("0123456789 .-_/") + CUT
    kept = _URL_LOGIN.sub(SECRET + "@", kept)
    kept = _SCHEME.sub(rf"\1 {SECRET}", kept)
    kept = _JWT.sub(SECRET, kept)
    kept = _NAMED_SECRET.sub(rf"\g<name>\g<is>{SECRET}", kept)
    kept = _QUERY_SECRET.sub(rf"\g<name>={SECRET}", kept)
    kept = _EMAIL.sub(EMAIL, kept)
    return _PHONE.sub(PHONE, numbers(kept))


def numbers(found: str) -> str:
    """Return a text without card numbers and identity numbers, of any length; for notes, names and search terms.

    A card number has 13 to 19 digits, an issuer's first digits and a right check digit (Luhn), with or without gaps.
    An identity number is written in three groups, or follows its name.
    """
    return _DIGITS.sub(_mask_cards, _IDENTITY_NUMBER.sub(_mask_identity, found))


class _Cleaner:
    """Cleans the values of one event within one budget."""

    def __init__(self) -> None:
        self._left = MAX_VALUES

    def field(self, key: object, found: object, depth: int) -> Any:
        mask = _mask_of(key, found)
        return self.value(found, depth) if mask is None else mask

    def value(self, found: object, depth: int) -> Any:
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH:
            return CUT
        if isinstance(found, str):
            return text(found)
        if isinstance(found, _PLAIN):
            return found
        if isinstance(found, int):
            masked = numbers(str(found))
            return found if masked == str(found) else masked
        if isinstance(found, bytes | bytearray | memoryview):
            return f"[{len(found)} bytes]"
        return self._container(found, depth)

    def _container(self, found: object, depth: int) -> Any:
        if isinstance(found, Mapping):
            return {_text_key(key): self.field(key, one, depth + 1) for key, one in self._within(found.items())}
        if isinstance(found, list | tuple | set | frozenset):
            return [self.value(one, depth + 1) for one in self._within(found)]
        return text(_shown(found))

    def _within(self, items: Iterable[Any]) -> Iterable[Any]:
        """Yield items while the budget lasts."""
        for item in items:
            if self._left <= 0:
                return
            yield item


def hint(found: str) -> str:
    """Return of a personal text what lets somebody who knows it recognise it: `a***@e***.com`, `J***`, `***42`."""
    name, at, host = found.partition("@")
    if at:
        site, dot, rest = host.rpartition(".")
        return f"{name[:1]}***@{site[:1]}***{dot}{rest}"
    digits = [sign for sign in found if sign.isdigit()]
    if len(digits) > len(found) // 2:
        return f"***{''.join(digits[-2:])}"
    return f"{found[:1]}***" if found else ""


def _text_key(key: object) -> str:
    return text(key if isinstance(key, str) else _shown(key))


def _shown(found: object) -> str:
    try:
        return str(found)
    except Exception:  # noqa: BLE001 - a log line must not fail because of what it tells about
        return f"[{type(found).__name__}]"


def _mask_of(key: object, found: object) -> str | None:
    """Return the mask that a field's name demands, if any."""
    if not isinstance(key, str) or found is None or isinstance(found, bool):
        return None
    shown = _shown(found)
    name = "_".join(_WORD.findall(key[:_LONGEST_NAME])).lower()
    if _SECRET_NAME.search(name):
        return SECRET
    if _PERSONAL_NAME.search(name):
        return None if _TYPED_ID.fullmatch(shown) else PERSONAL
    if name.endswith("code") and not _HARMLESS_CODE.fullmatch(shown):
        return SECRET
    return None


def _mask_identity(match: re.Match[str]) -> str:
    return (match["named"] or "") + IDENTITY


def _mask_cards(match: re.Match[str]) -> str:
    if match["id"]:
        return match[0]
    found = match[0]
    groups = [(group.start(), group.end()) for group in _GROUP.finditer(found)]
    pieces, copied, first = [], 0, 0
    while first < len(groups):
        last = _card_at(found, groups, first)
        if last is None:
            first += 1
            continue
        pieces += [found[copied : groups[first][0]], CARD]
        copied, first = groups[last][1], last + 1
    return "".join([*pieces, found[copied:]])


def _card_at(found: str, groups: list[tuple[int, int]], first: int) -> int | None:
    """Return the last group of the card number that begins with group `first`, the longest if there are several."""
    digits, last = "", None
    for index in range(first, len(groups)):
        digits += found[slice(*groups[index])]
        if len(digits) > _LONGEST_CARD:
            # In one piece with other digits: filled up with zeros, followed by its expiry, after a counter.
            return first if index == first and _holds_card(digits) else last
        if _is_card(digits):
            last = index
    return last


def _holds_card(digits: str) -> bool:
    stripped = digits.lstrip("0")
    lengths = range(_SHORTEST_CARD, _LONGEST_CARD + 1)
    return any(_is_card(stripped[:length]) or _is_card(digits[-length:]) for length in lengths)


def _is_card(digits: str) -> bool:
    if not _SHORTEST_CARD <= len(digits) <= _LONGEST_CARD:
        return False
    plain = [int(digit) for digit in digits]
    if not _ISSUER.match("".join(map(str, plain[:2]))):
        return False
    doubled = (digit * 2 - 9 if digit > 4 else digit * 2 for digit in plain[-2::-2])  # noqa: PLR2004 - 2 x 5 has two digits
    return (sum(plain[-1::-2]) + sum(doubled)) % 10 == 0
