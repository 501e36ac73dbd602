"""Units, people, and what to count to show that nothing was written."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import pytest

from apps.core import actors, clock, db
from apps.core.actors import Actor
from apps.core.models import AuditEvent, OutboxMessage
from apps.helpdesk.models import ChatSession, Message, Participant, Room, RoomEntry, Ticket
from apps.workflow.models import WorkItem, WorkItemEvent
from tests.factories import accounts
from tests.factories import helpdesk as make

Unit = Callable[[], AbstractContextManager[Any]]
_COUNTED = (AuditEvent, OutboxMessage, WorkItemEvent, RoomEntry, Message, Participant)
_COMPARED = (Ticket, ChatSession, Room, WorkItem)


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def unit(now: datetime) -> Unit:
    """Return what opens a unit."""
    return lambda: db.unit(by=actors.system("tests.helpdesk"), at=now, why="test")


@pytest.fixture
def ada(db: None, unit: Unit) -> Actor:
    """Return a customer."""
    with unit():
        return make.as_customer(accounts.customer(name="Ada Okonkwo"))


@pytest.fixture
def bob(db: None, unit: Unit) -> Actor:
    """Return another customer."""
    with unit():
        return make.as_customer(accounts.customer(name="Bob Meyer"))


@pytest.fixture
def nadia(db: None, unit: Unit) -> Actor:
    """Return an agent."""
    with unit():
        return make.agent("Nadia Berger")


@pytest.fixture
def omar(db: None, unit: Unit) -> Actor:
    """Return another agent."""
    with unit():
        return make.agent("Omar Haddad")


@pytest.fixture
def chat(ada: Actor, unit: Unit) -> ChatSession:
    """Return a chat of Ada that waits."""
    with unit():
        return make.chat_session(ada)


@pytest.fixture
def ticket(ada: Actor, unit: Unit) -> Ticket:
    """Return a ticket of Ada that nobody has."""
    with unit():
        return make.ticket(ada)


@pytest.fixture
def written() -> Callable[[], Any]:
    """Return what tells everything that a service could have written."""

    def rows() -> Any:
        counts = [model.objects.count() for model in _COUNTED]
        return counts, [list(model.objects.order_by("pk").values()) for model in _COMPARED]

    return rows
