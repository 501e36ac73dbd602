"""People with sessions, and their connections; everything here commits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from apps.accounts.api.sessions import SessionStore
from apps.accounts.models import User
from apps.core import actors, clock, db, ids
from apps.core.actors import Actor
from apps.core.live import tickets
from tests.factories import accounts
from tests.factories import helpdesk as make
from tests.support.live import ORIGIN, Live, Socket
from tests.support.staff import entered

CONSUMER = "apps.accounts.api.authentication.ConsumerBackend"


@dataclass
class Person:
    """Somebody who is signed in."""

    by: Actor
    session: str
    live: Live
    purpose: str
    sockets: list[Socket]

    def ticket(self) -> str:
        """Return a fresh ticket."""
        return tickets.issue(purpose=self.purpose, session=self.session)

    def sign_out(self) -> None:
        """End the session."""
        SessionStore(self.session).delete()

    def open(self, **hello: object) -> Socket:
        """Return a connection that was welcomed."""
        socket = self.connect()
        welcome = socket.ask("hello", {"ticket": self.ticket(), **hello})
        assert welcome["t"] == "welcome", welcome
        return socket

    def connect(self, **options: str | None) -> Socket:
        """Return a connection that has said nothing yet."""
        if self.purpose == "agent":
            options.setdefault("origin", ORIGIN)
        socket = self.live.open(f"/ws/{self.purpose}/", **options)
        self.sockets.append(socket)
        return socket


def sign_in(login: User, backend: str) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(login.pk)
    session[BACKEND_SESSION_KEY] = backend
    session[HASH_SESSION_KEY] = login.get_session_auth_hash()
    session.create()
    return str(session.session_key)


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def person(committed_db: None, live: Live, now: datetime) -> Iterator[Callable[[], Person]]:
    """Return what makes a signed-in customer."""
    sockets: list[Socket] = []

    def make_one() -> Person:
        with db.unit(by=actors.system("tests.helpdesk"), at=now, why="test"):
            by = make.as_customer(accounts.customer(name="Ada Okonkwo"))
        login = User.objects.get(pk=ids.decode("usr", by.id))
        return Person(by, sign_in(login, CONSUMER), live, "support", sockets)

    yield make_one
    for socket in sockets:
        socket.connection.close()


@pytest.fixture
def member(committed_db: None, live: Live, now: datetime) -> Iterator[Callable[..., Person]]:
    """Return what makes a signed-in member of staff, with a second factor unless it says otherwise."""
    sockets: list[Socket] = []

    def make_one(name: str = "Nadia Berger", *, role: str = "support_agent", proved: bool = True) -> Person:
        with db.unit(by=actors.system("tests.helpdesk"), at=now, why="test"):
            by = make.agent(name, role=role)
        browser = entered(User.objects.get(pk=ids.decode("usr", by.id)), proved=proved)
        return Person(by, browser.cookies[settings.SESSION_COOKIE_NAME].value, live, "agent", sockets)

    yield make_one
    for socket in sockets:
        socket.connection.close()


@pytest.fixture
def nadia(member: Callable[..., Person]) -> Person:
    return member()


@pytest.fixture
def ada(person: Callable[[], Person]) -> Person:
    return person()


@pytest.fixture
def bob(person: Callable[[], Person]) -> Person:
    return person()
