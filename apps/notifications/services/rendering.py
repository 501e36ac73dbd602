"""Making the texts of a message: every value written for its reader, in the reader's language and time zone.

Values from people lose their control characters, are cut, and cannot turn the text around them.
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.template import Context
from django.template.loader import get_template
from django.utils import formats, translation

from apps.core.errors import ProgrammingFault
from apps.core.money import Money, exponent
from apps.notifications.enums import Kind, Param

LONGEST_TEXT: Final = 80
_LONGEST_TITLE: Final = 160
_ISOLATE: Final = "\u2068{}\u2069"
_DEFAULT: Final = "en"
_STORED: Final[Mapping[Param, type]] = {
    Param.MONEY: Money,
    Param.TEXT: str,
    Param.NUMBER: int,
    Param.INSTANT: datetime,
    Param.DAY: date,
}


class TextMissing(ProgrammingFault):
    """A text names a value that its kind does not declare, or a message brings other values than its kind declares."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a text is made: language tag and IANA zone."""

    locale: str
    tz: str


def stored(*, kind: Kind, params: Mapping[str, Any]) -> str:
    """Return the values of a message in the form in which they are kept, as JSON. Needs no open unit.

    Texts come from people: they are made one line of visible characters, `LONGEST_TEXT` at most.

    Raises: TextMissing unless they are exactly those of the kind.
    """
    fits = params.keys() == kind.params.keys() and all(
        _is_of(declared, params[name]) for name, declared in kind.params.items()
    )
    if not fits:
        message = f"{kind.code} takes exactly {dict(kind.params)}"
        raise TextMissing(message)
    return json.dumps({name: _plain(value) for name, value in params.items()}, ensure_ascii=False)


def line(*, kind: Kind, part: str, params: str, reader: Reader) -> str:
    """Return a text of one line, such as a title or a subject. Needs no open unit. Raises: TextMissing."""
    return _cut(" ".join(text(kind=kind, part=part, params=params, reader=reader).split()), _LONGEST_TITLE)


def text(*, kind: Kind, part: str, params: str, reader: Reader) -> str:
    """Return a text of paragraphs. `params` as `stored` returns them. Needs no open unit. Raises: TextMissing."""
    with written_for(reader=reader):
        values = {name: _shown(kind.params[name], value, reader) for name, value in json.loads(params).items()}
        template: Any = get_template(kind.template(part))
        rendered: str = template.template.render(_Strict(values, autoescape=False))
    return "\n".join(row.rstrip() for row in rendered.strip().splitlines())


@contextmanager
def written_for(*, reader: Reader) -> Iterator[None]:
    """Translate into the reader's language, or the nearest one there is. Needs no open unit."""
    try:
        language = translation.get_supported_language_variant(reader.locale.lower())
    except LookupError:
        language = _DEFAULT
    with translation.override(language):
        yield


class _Strict(Context):
    """Values of which a missing one is a fault, never a blank."""

    def __getitem__(self, key: Any) -> Any:
        if key not in self:
            message = f"a text names {key!r}, which its kind does not declare"
            raise TextMissing(message)
        return super().__getitem__(key)


def _is_of(declared: Param, value: Any) -> bool:
    if declared == Param.NUMBER:
        return type(value) is int
    if declared == Param.DAY:
        return type(value) is date
    if declared == Param.INSTANT:
        return isinstance(value, datetime) and value.tzinfo is not None
    return isinstance(value, _STORED[declared])


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return value.to_json()
    if isinstance(value, str):
        return _cut(_clean(value), LONGEST_TEXT)
    return value.isoformat() if isinstance(value, date) else value


def _shown(declared: Param, value: Any, reader: Reader) -> Any:
    if declared == Param.NUMBER:
        return value
    if declared == Param.MONEY:
        return _isolated(_money(Money.from_json(value)), always=False)
    if declared == Param.INSTANT:
        local = datetime.fromisoformat(value).astimezone(ZoneInfo(reader.tz))
        return _isolated(f"{formats.date_format(local, 'DATETIME_FORMAT')} {local.tzname()}", always=False)
    if declared == Param.DAY:
        return _isolated(formats.date_format(date.fromisoformat(value), "DATE_FORMAT"), always=False)
    return _isolated(value, always=_turns(value))


def _clean(value: str) -> str:
    """Return a text on one line, without controls, marks of direction, and other invisible characters."""
    kept = (char if unicodedata.category(char)[0] not in "CZ" else _blank(char) for char in value)
    return " ".join("".join(kept).split())


def _blank(char: str) -> str:
    # Joiners shape letters of Persian and of emoji; every other invisible character could hide or turn text.
    return char if char in "\u200c\u200d" else "" if unicodedata.category(char) == "Cf" else " "


def _cut(value: str, longest: int) -> str:
    return value if len(value) <= longest else value[: longest - 1].rstrip() + "…"


def _turns(value: str) -> bool:
    return any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in value)


def _isolated(value: str, *, always: bool) -> str:
    """Keep a value of another direction from reordering its neighbours."""
    return _ISOLATE.format(value) if always or translation.get_language_bidi() else value


def _money(money: Money) -> str:
    decimals = exponent(money.currency)
    major = Decimal(money.amount).scaleb(-decimals)
    return f"{formats.number_format(major, decimal_pos=decimals, force_grouping=True)} {money.currency}"
