"""Several connections at one chat: one agent has it, it goes back once, and nothing that was said is lost."""

import pytest

from apps.core import ids
from apps.core.models import OutboxMessage
from apps.helpdesk.enums import ChatStatus, Topic
from apps.helpdesk.errors import AlreadyAccepted, NotYourChat, RoomClosed
from apps.helpdesk.models import ChatSession
from apps.helpdesk.selectors import rooms as room_reads
from apps.helpdesk.services import chats
from apps.helpdesk.services.rooms import Sent
from apps.workflow.enums import WorkItemState
from apps.workflow.services import leases
from tests.factories import helpdesk as make
from tests.helpdesk.reads import item_of, lose_lease, said, states
from tests.support.threads import together


@pytest.fixture
def people(committed_db, unit):
    """Return a customer and two agents."""
    with unit():
        return make.as_customer(make.accounts.customer()), make.agent("Nadia Berger"), make.agent("Omar Haddad")


@pytest.fixture
def left(people, now):
    """Return a chat whose agent's lease has run out."""
    customer, nadia, _ = people
    chat = chats.request(body="Hello", client_msg_id=ids.new(), by=customer, at=now)
    chats.accept(chat.pk, by=nadia, at=now)
    lose_lease(chat)
    return chat


def numbers(chat):
    page = room_reads.page(room_reads.of(chat.ref), after_seq=0)
    assert page.last_seq == len(page.entries)
    return [entry.seq for entry in page.entries]


def test_one_of_many_agents_gets_a_chat(people, unit, now):
    customer, *_ = people
    chat = chats.request(body="Hello", client_msg_id=ids.new(), by=customer, at=now)
    with unit():
        agents = [make.agent(f"Agent {number}") for number in range(8)]

    found = together(*(lambda by=by: chats.accept(chat.pk, by=by, at=now) for by in agents))

    won = [by.id for by, one in zip(agents, found, strict=True) if isinstance(one, ChatSession)]
    chat.refresh_from_db()
    assert [type(one) for one in found if not isinstance(one, ChatSession)] == [AlreadyAccepted] * 7
    assert (won, item_of(chat).claimed_by) == ([chat.agent], chat.agent)
    assert [state for _, state in states(chat)] == ["active"]


def test_a_chat_goes_back_once_however_many_look(left, people, now):
    _, nadia, _ = people

    together(*[lambda: leases.sweep(by=nadia, at=now)] * 4)
    together(*[lambda: chats.requeue(left.pk, by=nadia, at=now)] * 4)

    assert [state for _, state in states(left)] == ["active", "queued"]
    assert OutboxMessage.objects.filter(topic=Topic.CHAT_REQUEUED, subject=left.ref).count() == 1


def test_who_takes_a_chat_while_it_goes_back_has_it(left, people, now):
    _, nadia, omar = people
    leases.sweep(by=nadia, at=now)

    together(
        lambda: chats.requeue(left.pk, by=nadia, at=now),
        lambda: chats.accept(left.pk, by=omar, at=now),
    )

    left.refresh_from_db()
    assert (left.status, left.agent, item_of(left).claimed_by) == (ChatStatus.ACTIVE, omar.id, omar.id)
    assert [state for _, state in states(left)] == ["active", "queued", "active"]
    numbers(left)


def test_what_is_said_while_it_goes_back_is_kept_or_refused(left, people, now):
    customer, nadia, _ = people
    leases.sweep(by=nadia, at=now)

    words, last_words, _ = together(
        lambda: chats.send(left.pk, body="Hello?", client_msg_id=ids.new(), by=customer, at=now),
        lambda: chats.send(left.pk, body="One moment", client_msg_id=ids.new(), by=nadia, at=now),
        lambda: chats.requeue(left.pk, by=nadia, at=now),
    )

    assert isinstance(words, Sent)
    assert isinstance(last_words, Sent | NotYourChat)
    kept = {"Hello", "Hello?"} | ({"One moment"} if isinstance(last_words, Sent) else set())
    assert {body for _, body in said(left)} == kept
    assert states(left)[-1][1] == "queued"
    numbers(left)


def test_an_end_at_the_same_moment_as_an_acceptance_is_one_of_both(people, now):
    customer, nadia, _ = people
    chat = chats.request(body="Hello", client_msg_id=ids.new(), by=customer, at=now)

    ended, taken = together(
        lambda: chats.end(chat.pk, by=customer, at=now),
        lambda: chats.accept(chat.pk, by=nadia, at=now),
    )

    chat.refresh_from_db()
    has_ended = isinstance(ended, ChatSession)
    assert type(ended).__name__ in ("ChatSession", "LostRace")
    assert isinstance(taken, ChatSession | RoomClosed | AlreadyAccepted)
    assert (chat.ended_at is not None) == has_ended
    assert (item_of(chat).state in (WorkItemState.DECIDED, WorkItemState.CANCELLED)) == has_ended
    numbers(chat)
