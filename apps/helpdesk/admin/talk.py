"""What was said about a ticket or in a chat, with the notes of staff between, as pages show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from apps.core.actors import Actor
from apps.core.admin import shown
from apps.helpdesk.enums import Audience, AuthorKind, ChatStatus, EntryKind, TicketStatus
from apps.helpdesk.selectors import rooms
from apps.helpdesk.selectors.rooms import Entry

_LONGEST: Final = rooms.PAGE
_STATES: Final = {state.value: state.label for states in (ChatStatus, TicketStatus) for state in states}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said, or that changed."""

    at: datetime
    when: Any
    who: str
    side: str
    body: str | None
    words: Any


@dataclass(frozen=True, slots=True)
class Talk:
    """The newest lines of both rooms in the order of time, and whether older ones were left out."""

    lines: list[Line]
    is_cut: bool


def talk(owner: str, *, by: Actor) -> Talk:
    """Return what was said about a thing (typed id). Raises: not_found."""
    found, is_cut = list[Line](), False
    for audience in Audience:
        room = rooms.of(owner, audience=audience)
        after = max(0, room.last_seq - _LONGEST)
        is_cut = is_cut or after > 0
        entries = rooms.page(room, after_seq=after, reader=by.id).entries
        found += _lines(entries, is_note=audience == Audience.STAFF)
    return Talk(sorted(found, key=lambda line: line.at), is_cut)


def _lines(entries: tuple[Entry, ...], *, is_note: bool) -> Iterator[Line]:
    for entry in entries:
        if entry.said is not None:
            side = "note" if is_note else "agent" if entry.said.author.kind == AuthorKind.AGENT else "customer"
            yield Line(entry.at, shown.instant(entry.at), entry.said.author.name, side, entry.said.body, "")
        elif not is_note:
            yield Line(entry.at, shown.instant(entry.at), "", "news", None, _news(entry))


def _news(entry: Entry) -> Any:
    """Return a change in words."""
    agent = (entry.data.get("agent") or {}).get("name", "")
    if entry.kind == EntryKind.PARTICIPANT:
        words = _("%(name)s joined") if entry.data.get("joined") else _("%(name)s left")
        return words % {"name": agent or _("An agent")}
    state = entry.data.get("status")
    if state:
        return _STATES.get(state, state)
    return _("With %(name)s") % {"name": agent} if agent else _("With nobody")
