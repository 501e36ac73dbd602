"""What a customer in the queue is told: the place, and how long that usually takes."""

from datetime import timedelta

import pytest

from apps.core import ids
from apps.core.errors import DomainError
from apps.core.live import presence
from apps.helpdesk.enums import CHATS, AgentStatus
from apps.helpdesk.selectors import agents as agent_reads
from apps.helpdesk.selectors import chats as reads
from apps.helpdesk.selectors.chats import Wait
from apps.helpdesk.services import agents, chats
from tests.factories import accounts
from tests.factories import helpdesk as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def online(nadia, now):
    """Let an agent take chats."""
    agents.set_status(status=AgentStatus.ONLINE, by=nadia, at=now)
    presence.seen(agent_reads.DOOR, nadia.id, "desk")
    yield nadia
    presence.gone(agent_reads.DOOR, nadia.id, "desk")


@pytest.fixture
def people(unit):
    """Return who waits, one more than an agent can have."""
    with unit():
        return [make.as_customer(accounts.customer()) for _ in range(CHATS.most + 1)]


def talk(by, agent, now, *, minutes):
    """Let a chat last so many minutes."""
    chat = chats.request(body="Hello", client_msg_id=ids.new(), by=by, at=now)
    chats.accept(chat.pk, by=agent, at=now)
    chats.end(chat.pk, by=agent, at=now + timedelta(minutes=minutes))


def ask(people, now):
    for by in people:
        chats.request(body="Hello", client_msg_id=ids.new(), by=by, at=now)


def test_places_are_those_of_the_queue(people, now):
    ask(people, now)

    assert [reads.wait_of(by=by).position for by in people] == [1, 2, 3, 4, 5, 6]


def test_who_does_not_wait_has_no_place(ada, chat, nadia, now, bob):
    chats.accept(chat.pk, by=nadia, at=now)

    assert (reads.wait_of(by=ada), reads.wait_of(by=bob)) == (None, None)
    with pytest.raises(DomainError):
        reads.wait_of(by=nadia)


def test_the_wait_is_the_usual_length_of_a_chat_for_each_round_of_seats(ada, online, people, now):
    for minutes in (1, 2, 9, 3, 60):
        talk(ada, online, now, minutes=minutes)
    ask(people, now)

    assert [reads.wait_of(by=by) for by in (people[0], people[-2], people[-1])] == [
        Wait(position=1, eta_s=180),
        Wait(position=5, eta_s=180),
        Wait(position=6, eta_s=360),
    ]


def test_a_few_chats_tell_nothing(ada, bob, online, now):
    for _ in range(4):
        talk(ada, online, now, minutes=1)
    ask([bob], now)

    assert reads.wait_of(by=bob) == Wait(position=1, eta_s=None)


def test_nobody_knows_how_long_it_takes_while_no_agent_is_there(ada, bob, nadia, now):
    for _ in range(5):
        talk(ada, nadia, now, minutes=1)
    ask([bob], now)

    assert reads.wait_of(by=bob) == Wait(position=1, eta_s=None)
