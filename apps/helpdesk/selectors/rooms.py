"""Reads of rooms: who may look into one, and what has happened in it since a number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from apps.accounts.selectors import customers
from apps.core import ids, live
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.selectors import data_keys
from apps.core.selectors.data_keys import Sealed
from apps.helpdesk.enums import Audience, AuthorKind
from apps.helpdesk.errors import SequenceUnknown
from apps.helpdesk.models import Message, Participant, Room, RoomEntry
from apps.helpdesk.selectors import agents
from apps.helpdesk.selectors.agents import Named

BODY: Final = "helpdesk.Message.body_sealed"
PAGE: Final = 200
LONGEST_GAP: Final = 1_000
_CUSTOMER: Final = "cus"


@dataclass(frozen=True, slots=True)
class Author:
    """Who said something."""

    kind: str
    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message as one reader sees it. `body` is None when the customer's data was erased.

    `client_msg_id` is told to the sender alone.
    """

    id: UUID
    author: Author
    body: str | None
    client_msg_id: UUID | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered thing of a room: `said` for a message, `data` for anything else."""

    seq: int
    kind: str
    at: datetime
    said: Said | None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """What follows a number: at most 200 entries, the room's last number, and whether there is more."""

    room: UUID
    after_seq: int
    last_seq: int
    entries: tuple[Entry, ...]

    @property
    def has_more(self) -> bool:
        """Tell whether another page follows."""
        return self.after_seq + len(self.entries) < self.last_seq


def kind_of(by: Actor) -> AuthorKind:
    """Return as what somebody speaks."""
    return AuthorKind.AGENT if by.kind == "staff" else AuthorKind.CUSTOMER


def ref_of(room: Room, *, by: Actor) -> str:
    """Return the typed id under which others in a room know somebody; empty for staff who are no agents."""
    if by.kind != "staff":
        return str(room.customer_ref)
    found = agents.named([by.id]).get(by.id)
    return found.ref if found else ""


def group_of(room: UUID) -> str:
    """Return the group of those who follow a room."""
    return live.group("room", Room.ref_of(room))


def by_id(room: UUID) -> Room:
    """Return a room. Raises: not_found."""
    found: Room | None = Room.objects.filter(pk=room).first()
    if found is None:
        raise NotFound(room=Room.ref_of(room))
    return found


def room_for(room: UUID, *, by: Actor) -> Room:
    """Return a room that the caller may look into: a customer into public ones about themselves, staff into all.

    Raises: not_found, the same for rooms of others as for none.
    """
    found = by_id(room)
    if by.kind != "staff" and (found.audience != Audience.PUBLIC or found.customer_ref != customers.own(by).ref):
        raise NotFound(room=found.ref)
    return found


def of(owner: str, *, audience: Audience = Audience.PUBLIC) -> Room:
    """Return the room of a ticket or chat (typed id). Raises: not_found."""
    found: Room | None = Room.objects.filter(owner=owner, audience=audience).first()
    if found is None:
        raise NotFound(owner=owner)
    return found


def heads(rooms: Iterable[UUID]) -> dict[UUID, int]:
    """Return the last numbers of many rooms, with one query."""
    return dict(Room.objects.filter(pk__in=set(rooms)).values_list("pk", "last_seq"))


def page(room: Room, *, after_seq: int, reader: str = "") -> Page:
    """Return what follows a number, in order, with the texts as they are now, for a reader (typed id of the login).

    Raises: sequence_unknown for a number below zero or beyond the last one.
    """
    if not 0 <= after_seq <= room.last_seq:
        raise SequenceUnknown(last_seq=room.last_seq)
    rows = list(
        RoomEntry.objects.filter(room=room, seq__gt=after_seq, seq__lte=room.last_seq)
        .select_related("message")
        .order_by("seq")[:PAGE]
    )
    return Page(room=room.pk, after_seq=after_seq, last_seq=room.last_seq, entries=tuple(_entries(room, rows, reader)))


def participants(room: Room) -> list[tuple[Author, Participant]]:
    """Return who is in a room, with their marks."""
    rows = list(Participant.objects.filter(room=room).order_by("joined_at", "id"))
    people = _people(room, [row.author_id for row in rows])
    return [(people.author(row.author_kind, row.author_id), row) for row in rows]


def participant_key(room: Room, *, kind: AuthorKind, person: str) -> UUID | None:
    """Return the row of somebody (typed id of the login) in a room."""
    rows = Participant.objects.filter(room=room, author_kind=kind, author_id=person)
    key: UUID | None = rows.values_list("pk", flat=True).first()
    return key


@dataclass(frozen=True, slots=True)
class _People:
    """Names of those who speak in a room: its one customer, and agents by the typed ids of their logins."""

    customer: Named
    agents: dict[str, Named]

    def author(self, kind: str, person: str) -> Author:
        found = self.agents.get(person, Named("", "")) if kind == AuthorKind.AGENT else self.customer
        return Author(kind=kind, ref=found.ref, name=found.name)


def _people(room: Room, people: Iterable[str]) -> _People:
    customer = ids.decode(_CUSTOMER, room.customer_ref)
    name = customers.display_names([customer]).get(customer, "")
    return _People(Named(room.customer_ref, name), agents.named(people))


def _entries(room: Room, rows: Sequence[RoomEntry], reader: str) -> Iterable[Entry]:
    messages = [row.message for row in rows if row.message is not None]
    sealed = [Sealed(room.customer_ref, BODY, message.body_sealed) for message in messages]
    texts = dict(zip([message.pk for message in messages], data_keys.open_all(sealed), strict=True))
    speaking = {message.author_id for message in messages} | {row.data.get("agent", "") for row in rows}
    people = _people(room, speaking)
    for row in rows:
        said = None if row.message is None else _said(row.message, texts[row.message.pk], people, reader)
        yield Entry(row.seq, row.kind, row.at, said, _told(row, people))


def _said(message: Message, body: str | None, people: _People, reader: str) -> Said:
    author = people.author(message.author_kind, message.author_id)
    return Said(message.pk, author, body, message.client_msg_id if message.author_id == reader else None)


def _told(row: RoomEntry, people: _People) -> dict[str, Any]:
    """Return what an entry says, with the agent as readers may see one."""
    if "agent" not in row.data:
        return dict(row.data)
    agent = people.agents.get(row.data["agent"])
    return {**row.data, "agent": {"ref": agent.ref, "name": agent.name} if agent else None}
