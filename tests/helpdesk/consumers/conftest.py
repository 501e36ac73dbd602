"""People with sessions, and their connections; everything here commits."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.conf import settings

from apps.accounts.models import User
from apps.core import actors, clock, db, ids
from tests.factories import accounts
from tests.factories import helpdesk as make
from tests.support.live import Live, Socket
from tests.support.people import CONSUMER, Person, sign_in
from tests.support.staff import entered


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
