"""Customers are told that they were answered, once, and a chat whose agent has gone waits in front again."""

from datetime import timedelta

import pytest

from apps.core import clock, ids
from apps.core.live import presence
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.selectors import data_keys
from apps.core.services import dispatch
from apps.helpdesk.enums import ChatStatus, TicketStatus, Topic
from apps.helpdesk.errors import NotYourChat
from apps.helpdesk.selectors import chats as reads
from apps.helpdesk.selectors import rooms
from apps.helpdesk.services import chats, marks, notices, tickets
from apps.notifications.models import Delivery, Notification
from apps.notifications.selectors.inbox import BODY
from apps.notifications.services import recipients
from apps.workflow import selectors as work
from apps.workflow.models import WorkItem
from apps.workflow.services import leases
from tests.factories import helpdesk as make
from tests.helpdesk.reads import lose_lease, said, states

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reachable(ada, unit):
    with unit():
        recipients.upsert(recipient=ada.id, email="ada@example.com", locale="en", tz="UTC")


def told(person):
    """Run what is due and return every text in somebody's inbox, oldest first."""
    dispatch.drain(queue="default")
    rows = Notification.objects.filter(recipient__owner=person.id).order_by("seq")
    return [data_keys.open_text(owner=person.id, column=BODY, sealed=row.body_sealed) for row in rows]


def look(by, now, *, later_s=61):
    """Look for unread words after so many seconds."""
    return notices.find_unread(by=by, at=now + timedelta(seconds=later_s))


class TestTickets:
    def test_an_answer_is_told_in_the_inbox_and_by_mail_without_its_words(self, ticket, ada, nadia, now):
        tickets.reply(ticket.pk, body="It is blocked now.", client_msg_id=ids.new(), by=nadia, at=now)

        assert told(ada) == [f"There is a new answer to your request T-{ticket.number}."]
        assert Delivery.objects.count() == 1

    def test_the_same_answer_again_is_told_once(self, ticket, ada, nadia, now):
        key = ids.new()
        for _ in range(2):
            tickets.reply(ticket.pk, body="It is blocked now.", client_msg_id=key, by=nadia, at=now)

        assert len(told(ada)) == 1

    def test_notes_and_own_words_are_told_to_nobody(self, ticket, ada, nadia, now):
        tickets.note(ticket.pk, body="She is angry.", client_msg_id=ids.new(), by=nadia, at=now)
        tickets.ask(ticket.pk, body="Hello?", client_msg_id=ids.new(), by=ada, at=now)

        assert told(ada) == []

    def test_a_resolution_is_told_once_even_with_an_answer(self, ticket, ada, nadia, now):
        tickets.reply(ticket.pk, body="Done.", client_msg_id=ids.new(), then=TicketStatus.RESOLVED, by=nadia, at=now)

        assert told(ada) == [f"There is a new answer to your request T-{ticket.number}."]

    def test_a_silent_resolution_is_told(self, ticket, ada, nadia, now):
        tickets.set_status(ticket.pk, status=TicketStatus.RESOLVED, version=ticket.version, by=nadia, at=now)

        assert told(ada) == [
            f"We believe that your request T-{ticket.number} is resolved. If it is not, write back within 7 days."
        ]


class TestChats:
    @pytest.fixture
    def answered(self, chat, nadia, now):
        chats.accept(chat.pk, by=nadia, at=now)
        chats.send(chat.pk, body="Hi Ada", client_msg_id=ids.new(), by=nadia, at=now)
        chats.send(chat.pk, body="Are you there?", client_msg_id=ids.new(), by=nadia, at=now)
        return chat

    def test_words_left_unread_are_told_once(self, answered, ada, nadia, now):
        assert [look(nadia, now), look(nadia, now, later_s=90)] == [1, 0]
        assert told(ada) == ["Nadia has written to you in your chat."]

    def test_more_words_are_not_told_until_the_first_were_read(self, answered, ada, nadia, now):
        look(nadia, now)
        chats.send(answered.pk, body="I will write a ticket.", client_msg_id=ids.new(), by=nadia, at=now)
        assert look(nadia, now, later_s=90) == 0

        marks.mark(rooms.of(answered.ref).pk, delivered_seq=5, read_seq=5, by=ada, at=now)

        assert look(nadia, now, later_s=90) == 1
        assert len(told(ada)) == 2

    def test_notes_and_own_words_are_told_to_nobody(self, chat, ada, nadia, now):
        chats.accept(chat.pk, by=nadia, at=now)
        chats.note(chat.pk, body="She is angry.", client_msg_id=ids.new(), by=nadia, at=now)
        chats.send(chat.pk, body="Hello?", client_msg_id=ids.new(), by=ada, at=now)

        assert look(nadia, now) == 0
        assert told(ada) == []

    def test_a_minute_is_given_first(self, answered, ada, nadia, now):
        assert look(nadia, now, later_s=-1) == 0
        assert told(ada) == []

    def test_what_was_read_is_not_told(self, answered, ada, nadia, now):
        room = rooms.of(answered.ref)
        marks.mark(room.pk, delivered_seq=room.last_seq, read_seq=room.last_seq, by=ada, at=now)

        assert look(nadia, now) == 0

    def test_who_is_connected_is_not_told(self, answered, ada, nadia, now):
        presence.seen("support", ada.id, "one")
        try:
            assert look(nadia, now) == 0
        finally:
            presence.gone("support", ada.id, "one")
        assert look(nadia, now) == 1


class TestAgentsWhoVanish:
    @pytest.fixture
    def left(self, chat, nadia, now):
        """Return a chat whose agent's lease has run out."""
        chats.accept(chat.pk, by=nadia, at=now)
        lose_lease(chat)
        return chat

    def test_their_chat_waits_again(self, left, nadia, now):
        leases.sweep(by=nadia, at=now)
        dispatch.drain(queue="default")

        left.refresh_from_db()
        assert (left.status, left.agent) == (ChatStatus.QUEUED, "")
        assert WorkItem.objects.get(subject_id=left.ref).claimed_by == ""
        assert states(left) == [(3, "active"), (4, "queued")]
        assert AuditEvent.objects.filter(action="helpdesk.chat_session.queued", subject=left.ref).count() == 1
        assert OutboxMessage.objects.filter(topic=Topic.CHAT_REQUEUED, subject=left.ref).count() == 1

    def test_nothing_that_was_said_is_lost(self, left, ada, nadia, omar, now):
        chats.send(left.pk, body="One moment", client_msg_id=ids.new(), by=nadia, at=now)
        leases.sweep(by=nadia, at=now)
        dispatch.drain(queue="default")
        chats.send(left.pk, body="Hello?", client_msg_id=ids.new(), by=ada, at=now)

        with pytest.raises(NotYourChat):
            chats.send(left.pk, body="I am back", client_msg_id=ids.new(), by=nadia, at=now)
        chats.accept(left.pk, by=omar, at=now)

        assert [body for _, body in said(left)] == ["Where is my money?", "One moment", "Hello?"]

    def test_their_chat_waits_before_those_that_came_later(self, left, unit, bob, nadia, now):
        with unit():
            later = make.chat_session(bob)
        leases.sweep(by=nadia, at=now)
        dispatch.drain(queue="default")

        assert [(shown.chat.pk, shown.position) for shown in reads.queue()] == [(left.pk, 1), (later.pk, 2)]

    def test_who_speaks_is_there(self, chat, nadia, now):
        chats.accept(chat.pk, by=nadia, at=now)
        item = WorkItem.objects.get(subject_id=chat.ref)
        WorkItem.objects.filter(pk=item.pk).update(lease_until=work.DATABASE_TIME + timedelta(seconds=5))

        chats.send(chat.pk, body="One moment", client_msg_id=ids.new(), by=nadia, at=now)

        item.refresh_from_db()
        assert item.lease_until > clock.now() + timedelta(seconds=60)

    def test_who_takes_it_first_keeps_it(self, left, nadia, omar, now):
        leases.sweep(by=nadia, at=now)
        chats.accept(left.pk, by=omar, at=clock.now())
        dispatch.drain(queue="default")

        left.refresh_from_db()
        assert (left.status, left.agent) == (ChatStatus.ACTIVE, omar.id)
