"""How values appear on pages: personal ones masked, secret ones never, typed ids as links. One layer for all pages."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.core import ids, redact
from apps.core.base import Status
from apps.core.errors import DomainError
from apps.core.money import Money

NOTHING: Final = format_html('<span class="sr-none">{}</span>', "\N{EN DASH}")
_SHORT: Final = 12
_WHOLE: Final = {
    "aal": "assurance level",
    "exp": "expiry",
    "fp": "fingerprint",
    "gl": "GL",
    "http": "HTTP",
    "ip": "IP address",
    "last4": "last four digits",
    "msg": "message",
    "ms": "(ms)",
    "no": "number",
    "params": "parameters",
    "prev": "previous",
    "ref": "reference",
    "s": "(s)",
    "seq": "number",
    "sha256": "SHA-256",
    "smtp": "SMTP",
    "txn": "transaction",
    "tz": "time zone",
    "xid": "database transaction",
}
"""Words of columns that are short for others."""

_pages: Final[dict[str, str]] = {}
"""Names of pages that show more of a kind of row than its list does, by the prefix of its id."""


def page_for(prefix: str, url_name: str) -> None:
    """Let ids of this prefix lead to a page of the console instead of the plain record."""
    _pages[prefix] = url_name


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list or a line of a record."""

    name: str
    label: Any
    cell: Callable[[Any], Any]
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Forms:
    """What some attributes are: minor units with the attribute of their currency, bare ids with their prefix, words."""

    money: Mapping[str, str]
    refs: Mapping[str, str]
    words: Mapping[str, Callable[[Any], str]]


def column(model: type[models.Model], name: str, forms: Forms) -> Column:
    """Return how one attribute is shown."""
    if name == "ref":
        return Column(name, _("Id"), lambda row: ref(key_of(row)), is_key=True)
    field: Any = model._meta.get_field(name)

    def cell(row: Any) -> Any:
        raw = getattr(row, field.attname)
        if raw is None or raw in ("", [], {}):
            return NOTHING
        if (held := privacy(model).get(field.name)) in ("personal", "secret"):
            return masked(raw) if held == "personal" else hidden()
        if name in forms.money:
            return amount(Money(raw, getattr(row, forms.money[name])))
        if name in forms.words:
            return text(forms.words[name](raw))
        if field.remote_field is not None and field.is_cached(row):
            return ref(key_of(getattr(row, name)), str(getattr(row, name)))
        return _of_field(field, raw, forms.refs.get(name, ""))

    return Column(name, _label(field), cell)


def _label(field: Any) -> Any:
    """Return the name of a column in whole words; that it is sealed is seen at its values."""
    return gettext_lazy(label_of(field))


def label_of(field: Any) -> str:
    """Return the name of a column in whole words of English, for the catalogue of translations."""
    words = str(field.verbose_name).removesuffix(" sealed").split()
    return capfirst(" ".join(_WHOLE.get(word, word) for word in words))


@cache
def privacy(model: type[models.Model]) -> dict[str, str]:
    """Return the class of each own column of a model, or of the model whose history it is."""
    declared = getattr(getattr(model, "instance_type", model), "Privacy", None)
    words = ("public", "internal", "personal", "secret")
    return {name: word for word in words for name in getattr(declared, word, ())}


def _of_field(field: Any, raw: Any, prefix: str) -> Any:
    if field.remote_field is not None and hasattr(field.remote_field.model, "ref_of"):
        return ref(field.remote_field.model.ref_of(raw))
    if prefix and isinstance(raw, UUID):
        return ref(ids.encode(prefix, raw))
    if field.choices:
        label = dict(field.flatchoices).get(raw, raw)
        return badge(raw, label) if isinstance(field, Status) else label
    return text(raw)


def text(value: Any) -> Any:
    """Return any plain value for a page."""
    if value is None or value in ("", [], {}):
        return NOTHING
    form = next((form for kind, form in _FORMS.items() if isinstance(value, kind)), None)
    return format_html("<bdi>{}</bdi>", value) if form is None else form(value)


def instant(at: datetime | None) -> Any:
    """Return an instant in UTC, with its exact form beside it."""
    if at is None:
        return NOTHING
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), at.isoformat(), at.strftime("%Y-%m-%d %H:%M:%S")
    )


def amount(money: Money) -> Any:
    """Return an amount with its currency; codes of unknown decimals are shown in minor units."""
    try:
        figure = money.format()
    except DomainError:
        figure = str(money.amount)
    whole, point, rest = figure.partition(".")
    return format_html(
        '<span class="sr-money">{} <small>{}</small></span>', f"{_grouped(whole)}{point}{rest}", money.currency
    )


def _grouped(whole: str) -> str:
    """Return digits in groups of three; a sign stays, also before a zero."""
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}"


def badge(word: object, label: object) -> Any:
    """Return a status as text on its colour."""
    return format_html('<span class="sr-badge sr-is-{}">{}</span>', str(word), label)


def masked(value: Any) -> Any:
    """Return a personal value as everybody may see it."""
    return redact.hint(value) if isinstance(value, str) else hidden()


def hidden() -> Any:
    """Return what stands for a value that is kept and not shown."""
    return format_html('<span class="sr-hidden" title="{}">••••••</span>', _("Kept sealed"))


def ref(value: str, name: str = "") -> Any:
    """Return a typed id, as a link where it leads somewhere, and by its name if it has one."""
    url = link_of(value)
    if not url:
        return format_html("<code>{}</code>", value)
    if name and name != value:
        return format_html('<a href="{}" title="{}">{}</a>', url, value, name)
    return format_html('<a href="{}" title="{}"><code>{}</code></a>', url, value, short(value))


def short(value: str) -> str:
    """Return a typed id by its ends, where the whole one stands near."""
    return f"{value[:8]}…{value[-4:]}" if len(value) > 2 * _SHORT else value


def link_of(value: str) -> str:
    """Return the address of the page of a typed id; empty for any other text."""
    prefix, line, rest = value.partition("_")
    if not line or len(rest) != 26:  # noqa: PLR2004 - the form of ids
        return ""
    if prefix in _pages:
        return reverse(_pages[prefix], args=[value])
    model = _models().get(prefix)
    return _record(model, value) if model else ""


def record_url(model: type[models.Model], row: Any) -> str:
    """Return the address of a row's record."""
    return _record(model, key_of(row))


def key_of(row: Any) -> str:
    """Return the name of a row in addresses: its typed id, or its natural key."""
    prefix = getattr(row, "id_prefix", "")
    return ids.encode(prefix, row.pk) if prefix else str(row.pk)


def _record(model: type[models.Model], key: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[key])


def _bytes(value: bytes) -> Any:
    return format_html('<code title="{}">{}…</code>', value.hex(), value.hex()[:_SHORT])


def _json(value: dict[str, Any]) -> Any:
    return format_html('<pre class="sr-json">{}</pre>', json.dumps(value, indent=2, ensure_ascii=False))


def _words(value: str) -> Any:
    return ref(value) if link_of(value) else format_html("<bdi>{}</bdi>", value)


# The first kind that fits; an instant is a date too, and a truth value a number.
_FORMS: Final[dict[type, Callable[[Any], Any]]] = {
    bool: lambda value: _("Yes") if value else _("No"),
    datetime: instant,
    date: date.isoformat,
    bytes: _bytes,
    dict: _json,
    list: lambda value: ", ".join(map(str, value)),
    str: _words,
    UUID: lambda value: format_html("<code>{}</code>", value),
}


@cache
def _models() -> dict[str, type[models.Model]]:
    """Return the models with a list in the console, by the prefix of their ids."""
    found = ((getattr(model, "id_prefix", ""), model) for model in apps.get_models())
    return {prefix: model for prefix, model in found if prefix and admin.site.is_registered(model)}
