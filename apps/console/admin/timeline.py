"""A timeline as its page shows it: words, amounts and links made of the events."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.utils.html import format_html
from django.utils.text import capfirst

from apps.console.enums import Stream
from apps.console.selectors.timeline import Event, Page
from apps.core.admin import shown

_ICONS: Final = {
    Stream.MONEY: "swap_horiz",
    Stream.IDENTITY: "badge",
    Stream.TALK: "forum",
    Stream.SIGN_IN: "login",
    Stream.STAFF: "edit_note",
    Stream.READING: "visibility",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event in the forms of a page."""

    stream: str
    icon: str
    title: Any
    detail: Any
    badge: Any
    at: Any
    by: Any
    reason: str
    ref: Any
    amount: Any
    is_out: bool


def lines(page: Page) -> list[Line]:
    """Return the events of a page in the forms of a page."""
    return [_line(event, page.names) for event in page.events]


def _line(event: Event, names: Mapping[str, str]) -> Line:
    title, label = _of_act(event.action, event.status) if event.action else (event.title, event.status_label)
    return Line(
        stream=event.stream.value,
        icon=_ICONS[event.stream],
        title=title,
        detail=event.detail,
        badge=shown.badge(event.status, label) if event.status else "",
        at=shown.instant(event.at),
        by=person(event.by, names),
        reason=event.reason,
        ref=shown.ref(event.ref) if event.ref else "",
        amount=shown.amount(event.money) if event.money else "",
        is_out=event.is_out,
    )


def person(ref: str, names: Mapping[str, str]) -> Any:
    """Return who did something: a member of staff by name, a system by its task."""
    if not ref:
        return ""
    if ref in names:
        return format_html('<bdi title="{}">{}</bdi>', ref, names[ref])
    return shown.text(ref)


def _of_act(code: str, status: str) -> tuple[str, Any]:
    """Return an action's code in words, and the state it led to: `accounts.wallet.freeze` is "Wallet: freeze"."""
    app, noun, verb = code.split(".", 2)
    model = _models().get((app, noun.replace("_", "")))
    name = capfirst(str(model._meta.verbose_name) if model else noun.replace("_", " "))
    states: Any = model and next((one.flatchoices for one in model._meta.fields if one.name == "status"), None)
    label = dict(states or ()).get(status, capfirst(status.replace("_", " ")))
    return name if verb == status else f"{name}: {verb.replace('_', ' ')}", label


@cache
def _models() -> dict[tuple[str, str], Any]:
    """Return the models by their apps and the nouns of their acts, written without borders of words."""
    return {(model._meta.app_label, str(model._meta.model_name)): model for model in apps.get_models()}
