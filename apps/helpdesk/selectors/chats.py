"""Reads of chats: a customer's own, an agent's, those that wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from statistics import median
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from apps.accounts.selectors import customers
from apps.core import ids
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.helpdesk.enums import CHATS, OPEN_CHATS, Audience, ChatStatus
from apps.helpdesk.models import ChatSession, Room
from apps.helpdesk.selectors import agents
from apps.helpdesk.selectors.agents import Named
from apps.workflow import selectors as work
from apps.workflow.enums import WorkItemState

_SHOWN: Final = 200
_SAMPLES: Final = 20
_FEWEST_SAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """A chat with what its readers need beside it; `agent` as customers see one."""

    chat: ChatSession
    room: UUID
    notes: UUID
    last_seq: int
    position: int | None
    agent: Named | None
    customer: Named

    @property
    def id(self) -> UUID:
        """Return the chat's id."""
        return self.chat.pk

    @property
    def ref(self) -> str:
        """Return the typed id."""
        return self.chat.ref

    @property
    def version(self) -> int:
        """Return the chat's version."""
        return self.chat.version


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether anybody is there: `online`, `offline`, or `reconnect` to the chat that is open."""

    state: str
    chat: UUID | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Wait:
    """What a customer still waits for: the place in the queue, and how many seconds that usually takes, if known."""

    position: int
    eta_s: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """How many chats wait, how many are being answered, and since when the oldest waits."""

    waiting: int
    active: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Board:
    """The queue of chats: its figures, and those that are next."""

    figures: Figures
    chats: list[Shown]


def by_id(chat: UUID) -> ChatSession:
    """Return a chat. Raises: not_found."""
    found: ChatSession | None = ChatSession.objects.filter(pk=chat).first()
    if found is None:
        raise NotFound(chat=ChatSession.ref_of(chat))
    return found


def by_ref(ref: str) -> ChatSession:
    """Return the chat of a typed id. Raises: not_found, invalid_id."""
    return by_id(ids.decode(ChatSession.id_prefix, ref))


def chat_for(chat: UUID, *, by: Actor) -> ChatSession:
    """Return a chat that the caller may see: a customer their own, staff any. Raises: not_found."""
    found = by_id(chat)
    if by.kind != "staff" and found.customer_id != customers.own(by).pk:
        raise NotFound(chat=found.ref)
    return found


def open_of(*, by: Actor) -> ChatSession | None:
    """Return the caller's chat that has not ended. Raises: customer_required."""
    found: ChatSession | None = ChatSession.objects.filter(customer=customers.own(by), status__in=OPEN_CHATS).first()
    return found


def chats(*, status: str = "", agent: str = "") -> QuerySet[ChatSession]:
    """Return the chats of a state, of an agent (typed id of the login), or all."""
    rows: QuerySet[ChatSession] = ChatSession.objects.all()
    if status:
        rows = rows.filter(status=status)
    return rows.filter(agent=agent) if agent else rows


def shown(rows: Sequence[ChatSession]) -> list[Shown]:
    """Return chats with their rooms, agents and customers, with as many queries for one as for a hundred."""
    rooms = {(room.owner, room.audience): room for room in Room.objects.filter(owner__in=[row.ref for row in rows])}
    known = agents.named(row.agent for row in rows)
    names = customers.display_names(row.customer_id for row in rows)
    places = _places() if any(row.status == ChatStatus.QUEUED for row in rows) else {}
    return [
        Shown(
            chat=row,
            room=rooms[row.ref, Audience.PUBLIC].pk,
            notes=rooms[row.ref, Audience.STAFF].pk,
            last_seq=rooms[row.ref, Audience.PUBLIC].last_seq,
            position=places.get(row.ref) if row.status == ChatStatus.QUEUED else None,
            agent=known.get(row.agent),
            customer=Named(rooms[row.ref, Audience.PUBLIC].customer_ref, names.get(row.customer_id, "")),
        )
        for row in rows
    ]


def availability(*, by: Actor, at: datetime) -> Availability:
    """Return what a customer who wants to chat has to expect. Raises: customer_required."""
    found = open_of(by=by)
    state = "reconnect" if found else "online" if agents.takers() else "offline"
    return Availability(state=state, chat=found.pk if found else None, waiting=figures(at=at).waiting)


def wait_of(*, by: Actor) -> Wait | None:
    """Return what the caller still waits for; None for who has no chat in the queue. Raises: customer_required."""
    chat = open_of(by=by)
    item = work.live_of(chat, queue=CHATS.code) if chat and chat.status == ChatStatus.QUEUED else None
    position = work.place(item) if item else None
    return Wait(position=position, eta_s=_eta_s(position)) if position else None


def board(*, at: datetime) -> Board:
    """Return the queue of chats with its figures."""
    return Board(figures=figures(at=at), chats=queue())


def figures(*, at: datetime) -> Figures:
    """Return the figures of the queue of chats."""
    found = work.figures(queues=[CHATS.code], at=at)[CHATS.code]
    return Figures(waiting=found["waiting"], active=found["claimed"], oldest_at=found["oldest_at"])


def desk(*, by: Actor) -> list[Shown]:
    """Return the chats that an agent has now, oldest first."""
    return shown(list(ChatSession.objects.filter(agent=by.id, status=ChatStatus.ACTIVE).order_by("id")))


def queue() -> list[Shown]:
    """Return the chats that wait, in the order in which they are taken, at most 200."""
    order = list(_places())[:_SHOWN]
    keys = [ids.decode(ChatSession.id_prefix, ref) for ref in order]
    rows = {row.ref: row for row in ChatSession.objects.filter(pk__in=keys, status=ChatStatus.QUEUED)}
    return shown([rows[ref] for ref in order if ref in rows])


def _eta_s(position: int) -> int | None:
    """Return how long a place usually takes: rounds of all seats, each as long as the last chats in the middle."""
    seats = CHATS.most * agents.takers()
    ended = ChatSession.objects.filter(status=ChatStatus.ENDED, accepted_at__isnull=False).order_by("-id")[:_SAMPLES]
    spans: list[float] = [(end - start).total_seconds() for start, end in ended.values_list("accepted_at", "ended_at")]
    if not seats or len(spans) < _FEWEST_SAMPLES:
        return None
    return round(median(spans) * ceil(position / seats))


def _places() -> dict[str, int]:
    """Return the places of all chats that wait, 1 for the next one, in that order."""
    rows = work.items(queue=CHATS.code, states=(WorkItemState.OPEN,)).order_by(*work.QUEUE_ORDER)
    return {ref: place for place, ref in enumerate(rows.values_list("subject_id", flat=True), start=1)}
