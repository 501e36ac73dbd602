"""Chats from the first word to the last: who may do what, and what is written when."""

import pytest

from apps.core import ids
from apps.core.errors import NotFound
from apps.core.models import AuditEvent, OutboxMessage
from apps.helpdesk.enums import CHATS, ChatEnd, ChatStatus, Topic
from apps.helpdesk.errors import AlreadyAccepted, ChatOpen, NotYourChat, RoomClosed, TextUnusable
from apps.helpdesk.selectors import chats as reads
from apps.helpdesk.selectors import rooms as room_reads
from apps.helpdesk.services import chats
from apps.workflow import selectors as work
from apps.workflow.enums import WorkItemState
from apps.workflow.errors import TooManyLeases
from apps.workflow.services import leases, queues
from tests.factories import helpdesk as make
from tests.helpdesk.reads import item_of, lose_lease, said, states

pytestmark = pytest.mark.django_db


def test_request_opens_a_chat_that_waits(ada, now):
    chat = chats.request(body="Hello", client_msg_id=ids.new(), by=ada, at=now)

    assert (chat.status, chat.agent, chat.queued_at) == (ChatStatus.QUEUED, "", now)
    assert said(chat) == [(1, "Hello")]
    item = item_of(chat)
    assert (item.queue, item.state, item.title) == (CHATS.code, WorkItemState.OPEN, "Chat")
    assert [(shown.chat.pk, shown.position) for shown in reads.queue()] == [(chat.pk, 1)]
    assert AuditEvent.objects.filter(action="helpdesk.chat.request", subject=chat.ref).count() == 1
    assert OutboxMessage.objects.filter(topic=Topic.CHAT_QUEUED, subject=chat.ref).count() == 1


def test_request_refuses_a_second_open_chat(ada, chat, now, written):
    before = written()

    with pytest.raises(ChatOpen):
        chats.request(body="Hello?", client_msg_id=ids.new(), by=ada, at=now)

    assert written() == before


@pytest.mark.parametrize("body", ["", " \n ", "a\x00b", "a\x1bb", "e" + "\u0301" * 10, "x" * 8_001])
def test_request_refuses_a_text_that_is_none(ada, now, written, body):
    before = written()

    with pytest.raises(TextUnusable):
        chats.request(body=body, client_msg_id=ids.new(), by=ada, at=now)

    assert written() == before


def test_accept_gives_the_chat_to_the_agent(chat, nadia, now):
    taken = chats.accept(chat.pk, by=nadia, at=now)

    assert (taken.status, taken.agent, taken.accepted_at) == (ChatStatus.ACTIVE, nadia.id, now)
    page = room_reads.page(room_reads.of(chat.ref), after_seq=1)
    assert [(entry.seq, entry.kind, entry.data["agent"]["name"]) for entry in page.entries] == [
        (2, "participant", "Nadia"),
        (3, "state", "Nadia"),
    ]
    assert item_of(chat).claimed_by == nadia.id
    assert [shown.chat.pk for shown in reads.desk(by=nadia)] == [chat.pk]
    assert OutboxMessage.objects.filter(topic=Topic.CHAT_ACCEPTED, subject=chat.ref).count() == 1


def test_accept_again_changes_nothing(chat, nadia, now, written):
    chats.accept(chat.pk, by=nadia, at=now)
    before = written()

    chats.accept(chat.pk, by=nadia, at=now)

    assert written() == before


def test_accept_refuses_what_somebody_else_has(chat, nadia, omar, now, written):
    chats.accept(chat.pk, by=nadia, at=now)
    before = written()

    with pytest.raises(AlreadyAccepted):
        chats.accept(chat.pk, by=omar, at=now)

    assert written() == before


def test_accept_refuses_an_ended_chat(chat, ada, nadia, now, written):
    chats.end(chat.pk, by=ada, at=now)
    before = written()

    with pytest.raises(RoomClosed):
        chats.accept(chat.pk, by=nadia, at=now)

    assert written() == before


def test_accept_refuses_a_sixth_chat(unit, nadia, now, written):
    for _ in range(CHATS.most):
        with unit():
            one = make.chat_session()
        chats.accept(one.pk, by=nadia, at=now)
    with unit():
        another = make.chat_session()
    before = written()

    with pytest.raises(TooManyLeases):
        chats.accept(another.pk, by=nadia, at=now)

    assert written() == before


def test_accept_next_takes_the_oldest(unit, nadia, omar, now):
    with unit():
        first, second = make.chat_session(), make.chat_session()

    assert [chats.accept_next(by=agent, at=now) for agent in (nadia, omar, nadia)] == [first, second, None]


def test_end_by_the_agent_ends_the_work(chat, nadia, now):
    chats.accept(chat.pk, by=nadia, at=now)

    ended = chats.end(chat.pk, by=nadia, at=now)

    assert (ended.status, ended.end_reason, ended.ended_at) == (ChatStatus.ENDED, ChatEnd.AGENT, now)
    assert states(chat) == [(3, "active"), (4, "ended")]
    assert item_of(chat).state == WorkItemState.DECIDED
    assert room_reads.of(chat.ref).closed_at == now


def test_end_by_the_customer_abandons_what_waited(chat, ada, now):
    ended = chats.end(chat.pk, by=ada, at=now)

    assert (ended.status, ended.end_reason) == (ChatStatus.ABANDONED, ChatEnd.CUSTOMER)
    assert item_of(chat).state == WorkItemState.CANCELLED
    assert OutboxMessage.objects.filter(topic=Topic.CHAT_ABANDONED, subject=chat.ref).count() == 1


def test_end_by_the_customer_frees_the_agent(chat, ada, nadia, now):
    chats.accept(chat.pk, by=nadia, at=now)

    assert chats.end(chat.pk, by=ada, at=now).status == ChatStatus.ENDED
    assert list(work.claimed_by(nadia.id)) == []


def test_end_refuses_strangers_others_and_a_second_time(chat, ada, bob, nadia, omar, now, written):
    chats.accept(chat.pk, by=nadia, at=now)
    before = written()
    for by, error in ((bob, NotFound), (omar, NotYourChat)):
        with pytest.raises(error):
            chats.end(chat.pk, by=by, at=now)
    assert written() == before
    chats.end(chat.pk, by=ada, at=now)
    before = written()

    with pytest.raises(RoomClosed):
        chats.end(chat.pk, by=ada, at=now)

    assert written() == before


def test_a_chat_whose_lease_ran_out_waits_again_in_front(chat, unit, nadia, now):
    chats.accept(chat.pk, by=nadia, at=now)
    with unit():
        later = make.chat_session()
    lose_lease(chat)
    leases.sweep(by=nadia, at=now)

    back = chats.requeue(chat.pk, by=nadia, at=now)

    assert (back.status, back.agent) == (ChatStatus.QUEUED, "")
    assert [shown.chat.pk for shown in reads.queue()] == [chat.pk, later.pk]
    assert states(chat) == [(3, "active"), (4, "queued")]
    assert OutboxMessage.objects.filter(topic=Topic.CHAT_REQUEUED, subject=chat.ref).count() == 1


def test_requeue_leaves_a_chat_that_somebody_holds(chat, nadia, now, written):
    chats.accept(chat.pk, by=nadia, at=now)
    before = written()

    chats.requeue(chat.pk, by=nadia, at=now)

    assert written() == before


def test_another_agent_takes_a_chat_whose_lease_ran_out(chat, nadia, omar, now):
    chats.accept(chat.pk, by=nadia, at=now)
    lose_lease(chat)

    taken = chats.accept(chat.pk, by=omar, at=now)

    assert (taken.status, taken.agent) == (ChatStatus.ACTIVE, omar.id)
    assert states(chat) == [(3, "active"), (4, "queued"), (6, "active")]
    assert chats.requeue(chat.pk, by=nadia, at=now).agent == omar.id


def test_a_piece_of_work_claimed_in_the_console_becomes_the_chat_of_who_accepts(chat, nadia, now):
    queues.claim(item_of(chat).pk, by=nadia, at=now)

    assert chats.accept(chat.pk, by=nadia, at=now).agent == nadia.id
