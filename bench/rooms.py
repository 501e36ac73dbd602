"""Chats with a customer and an agent each, made by the product's services; imported once Django is up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from apps.accounts.api import staff_sessions
from apps.accounts.api.sessions import SessionStore
from apps.accounts.enums import Role
from apps.accounts.models import User
from apps.accounts.services import second_factors, staff
from apps.core import actors, clock, ids
from apps.core.actors import Actor
from apps.core.live import tickets
from apps.helpdesk.enums import CHATS
from apps.helpdesk.selectors import rooms
from apps.helpdesk.services import chats
from bench import customers

_BY = actors.system("bench", door="command")


@dataclass(frozen=True)
class Seat:
    """Somebody at a socket: which one, by which session, in which rooms (typed ids)."""

    purpose: str
    session: str
    rooms: tuple[str, ...]

    def ticket(self) -> str:
        """Return a fresh ticket."""
        return tickets.issue(purpose=self.purpose, session=self.session)


@dataclass(frozen=True)
class Cost:
    """How many statements it takes to keep a message, and to read what a follower is told of it."""

    keep: int
    read: int


def origin() -> str:
    """Return the origin of the house's own pages."""
    return str(settings.PUBLIC_URL)


def make(count: int) -> tuple[list[Seat], list[Seat]]:
    """Return customers with a chat each, and the agents who have taken these chats, as many as one may have."""
    people, desks = [], []
    for first in range(0, count, CHATS.most):
        agent, session = _agent()
        taken = []
        for _ in range(min(CHATS.most, count - first)):
            room, seat = _chat(agent)
            people.append(seat)
            taken.append(room)
        desks.append(Seat("agent", session, tuple(taken)))
    return people, desks


def cost() -> Cost:
    """Return what a message costs in statements."""
    by = _customer()[0]
    chat = chats.request(body="Hello", client_msg_id=ids.new(), by=by, at=clock.now())
    room = rooms.of(chat.ref)
    return Cost(
        keep=_counted(lambda: chats.send(chat.pk, body="Hi", client_msg_id=ids.new(), by=by, at=clock.now())),
        read=_counted(lambda: rooms.page(rooms.by_id(room.pk), after_seq=1, reader=by.id)),
    )


def _counted(call: Callable[[], object]) -> int:
    count = 0

    def note(execute: Any, *words: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*words)

    with connection.execute_wrapper(note):
        call()
    return count


def _chat(agent: Actor) -> tuple[str, Seat]:
    by, session = _customer()
    chat = chats.request(body="Hello", client_msg_id=ids.new(), by=by, at=clock.now())
    chats.accept(chat.pk, by=agent, at=clock.now())
    room = rooms.of(chat.ref).ref
    return room, Seat("support", session, (room,))


def _customer() -> tuple[Actor, str]:
    _, login, _ = customers.become("USD")
    return Actor(kind="customer", id=login.ref, human_id=login.ref), customers.token(login)


def _agent() -> tuple[Actor, str]:
    at, role = clock.now(), Role.SUPPORT_AGENT
    login = staff.create(
        email=f"{ids.new().hex}@example.com",
        password=get_random_string(40),
        name="Nadia Berger",
        roles=[role],
        by=_BY,
        at=at,
    )
    codes = second_factors.enrol(login.pk, by=_BY, at=at).codes
    proof = second_factors.prove(login.pk, code=codes[0], by=_BY, at=at)
    if proof is None:
        raise RuntimeError
    request = HttpRequest()
    request.session = SessionStore()
    request.at = at  # type: ignore[attr-defined]  # the frame of a request sets it
    staff_sessions.begin(request, User.objects.get(pk=login.pk), proof)
    request.session.save()
    by = Actor(kind="staff", id=login.ref, human_id=login.human_id, roles=frozenset({role.value}))
    return by, str(request.session.session_key)
