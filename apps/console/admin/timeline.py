"""A timeline as its page shows it: words, amounts and links made of the events."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

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
    return Line(
        stream=event.stream.value,
        icon=_ICONS[event.stream],
        title=_words(str(event.title)),
        detail=event.detail,
        badge=shown.badge(event.status, capfirst(str(event.status_label))) if event.status else "",
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


def _words(title: str) -> str:
    """Return an action's code as words: `accounts.wallet.freeze` is "Wallet: freeze"."""
    app, dot, rest = title.partition(".")
    noun, second, verb = rest.partition(".")
    if not (dot and second and app.isascii() and app.islower()):
        return title
    return f"{capfirst(noun.replace('_', ' '))}: {verb.replace('_', ' ')}"
