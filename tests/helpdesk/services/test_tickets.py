"""Tickets: opened, answered, moved, closed; who may do what, and what is written when."""

from datetime import timedelta

import pytest

from apps.core import ids
from apps.core.errors import InvalidState, NotFound, Stale
from apps.core.models import AuditEvent, OutboxMessage
from apps.helpdesk.enums import REOPEN_WITHIN, TICKETS, TicketStatus, Topic
from apps.helpdesk.errors import MessageConflict, RoomClosed, TextUnusable
from apps.helpdesk.models import Ticket, TicketPulse
from apps.helpdesk.selectors import rooms as room_reads
from apps.helpdesk.selectors import tickets as reads
from apps.helpdesk.services import tickets
from apps.workflow.enums import WorkItemState
from tests.helpdesk.reads import item_of, said, states, waiting

pytestmark = pytest.mark.django_db


def test_open_keeps_subject_and_first_message(ada, now):
    ticket = tickets.open_(subject=" Card  lost ", body="It was red.", client_msg_id=ids.new(), by=ada, at=now)

    (shown,) = reads.shown([ticket])
    assert (shown.subject, shown.customer.name, shown.waiting_since) == ("Card  lost", "Ada Okonkwo", now)
    assert (ticket.status, ticket.assignee, str(ticket)) == (TicketStatus.NEW, "", f"T-{ticket.number}")
    assert said(ticket) == [(1, "It was red.")]
    item = item_of(ticket)
    assert (item.queue, item.state, item.title) == (TICKETS.code, WorkItemState.OPEN, f"Ticket T-{ticket.number}")
    assert AuditEvent.objects.filter(action="helpdesk.ticket.open", subject=ticket.ref).count() == 1
    assert OutboxMessage.objects.filter(topic=Topic.TICKET_OPENED, subject=ticket.ref).count() == 1
    assert Ticket.history.filter(id=ticket.pk).count() == 1


@pytest.mark.parametrize("subject", ["", "a\nb", "x" * 201])
def test_open_refuses_a_subject_that_is_none(ada, now, written, subject):
    before = written()

    with pytest.raises(TextUnusable):
        tickets.open_(subject=subject, body="It was red.", client_msg_id=ids.new(), by=ada, at=now)

    assert written() == before


def test_numbers_of_tickets_ascend(ada, now):
    made = [tickets.open_(subject="A", body="B", client_msg_id=ids.new(), by=ada, at=now) for _ in range(2)]

    assert made[0].number < made[1].number


def test_reply_assigns_moves_and_answers(ticket, nadia, now):
    sent = tickets.reply(
        ticket.pk, body="Sent a new one", client_msg_id=ids.new(), then=TicketStatus.PENDING_CUSTOMER, by=nadia, at=now
    )

    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == (TicketStatus.PENDING_CUSTOMER, nadia.id)
    assert sent.seq == 3
    assert said(ticket) == [(1, "It was red."), (3, "Sent a new one")]
    assert states(ticket) == [(4, "pending_customer")]
    assert item_of(ticket).state == WorkItemState.CANCELLED
    pulse = TicketPulse.objects.get(ticket=ticket)
    assert (pulse.waiting_since, pulse.last_agent_at) == (None, now)
    assert OutboxMessage.objects.filter(topic=Topic.TICKET_REPLIED, subject=ticket.ref).get().data["by"] == "agent"


def test_reply_again_is_the_first_answer(ticket, nadia, now, written):
    key = ids.new()
    first = tickets.reply(ticket.pk, body="Hi", client_msg_id=key, by=nadia, at=now)
    before = written()

    again = tickets.reply(ticket.pk, body="Hi", client_msg_id=key, then=TicketStatus.RESOLVED, by=nadia, at=now)

    assert (again.seq, again.is_duplicate) == (first.seq, True)
    assert written() == before


def test_reply_refuses_an_illegal_move_as_a_whole(ticket, nadia, now, written):
    tickets.set_status(ticket.pk, status=TicketStatus.OPEN, version=ticket.version, by=nadia, at=now)
    before = written()

    with pytest.raises(InvalidState):
        tickets.reply(ticket.pk, body="Hi", client_msg_id=ids.new(), then=TicketStatus.NEW, by=nadia, at=now)

    assert written() == before


def test_an_answer_of_the_customer_opens_what_waited(ticket, ada, nadia, now):
    tickets.reply(ticket.pk, body="?", client_msg_id=ids.new(), then=TicketStatus.PENDING_CUSTOMER, by=nadia, at=now)

    tickets.ask(ticket.pk, body="!", client_msg_id=ids.new(), by=ada, at=now)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == (TicketStatus.OPEN, nadia.id)
    assert TicketPulse.objects.get(ticket=ticket).waiting_since == now


def test_the_customer_waits_from_the_first_of_several_questions(ticket, ada, now):
    tickets.ask(ticket.pk, body="Hello?", client_msg_id=ids.new(), by=ada, at=now + timedelta(hours=1))

    pulse = TicketPulse.objects.get(ticket=ticket)
    assert (pulse.waiting_since, pulse.last_customer_at) == (now, now + timedelta(hours=1))


def test_an_answer_opens_a_resolved_ticket_again_within_seven_days(ticket, ada, nadia, now):
    tickets.set_status(ticket.pk, status=TicketStatus.RESOLVED, version=ticket.version, by=nadia, at=now)
    assert item_of(ticket).state == WorkItemState.CANCELLED

    tickets.ask(ticket.pk, body="Not at all", client_msg_id=ids.new(), by=ada, at=now + REOPEN_WITHIN)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.reopened_count, ticket.resolved_at) == (TicketStatus.OPEN, 1, None)
    assert waiting() == [ticket.ref]
    assert OutboxMessage.objects.filter(topic=Topic.TICKET_REOPENED, subject=ticket.ref).count() == 1


def test_after_seven_days_a_resolved_ticket_stays_so(ticket, ada, nadia, now, written):
    tickets.set_status(ticket.pk, status=TicketStatus.RESOLVED, version=ticket.version, by=nadia, at=now)
    before = written()

    with pytest.raises(RoomClosed):
        tickets.ask(
            ticket.pk, body="Hello", client_msg_id=ids.new(), by=ada, at=now + REOPEN_WITHIN + timedelta(seconds=1)
        )

    assert written() == before


def test_set_status_needs_the_version_that_was_seen(ticket, nadia, now, written):
    before = written()

    with pytest.raises(Stale):
        tickets.set_status(ticket.pk, status=TicketStatus.OPEN, version=ticket.version + 1, by=nadia, at=now)
    with pytest.raises(InvalidState):
        tickets.set_status(ticket.pk, status=TicketStatus.NEW, version=ticket.version, by=nadia, at=now)

    assert written() == before


def test_close_ends_the_conversation(ticket, ada, nadia, now, written):
    closed = tickets.close(ticket.pk, by=ada, at=now)

    assert (closed.status, closed.closed_at) == (TicketStatus.CLOSED, now)
    assert waiting() == []
    before = written()
    for say, by in ((tickets.ask, ada), (tickets.reply, nadia)):
        with pytest.raises(RoomClosed):
            say(ticket.pk, body="Hello", client_msg_id=ids.new(), by=by, at=now)
    with pytest.raises(InvalidState):
        tickets.close(ticket.pk, by=ada, at=now)
    assert written() == before


def test_strangers_find_no_ticket(ticket, bob, now, written):
    before = written()

    with pytest.raises(NotFound):
        tickets.ask(ticket.pk, body="Hello", client_msg_id=ids.new(), by=bob, at=now)
    with pytest.raises(NotFound):
        tickets.close(ticket.pk, by=bob, at=now)

    assert written() == before


def test_a_used_id_with_another_text_is_refused(ticket, ada, now, written):
    key = ids.new()
    tickets.ask(ticket.pk, body="One", client_msg_id=key, by=ada, at=now)
    before = written()

    with pytest.raises(MessageConflict):
        tickets.ask(ticket.pk, body="Two", client_msg_id=key, by=ada, at=now)

    assert written() == before


def test_notes_are_in_the_room_of_staff(ticket, nadia, now):
    sent = tickets.note(ticket.pk, body="Known", client_msg_id=ids.new(), by=nadia, at=now)

    assert (sent.seq, room_reads.by_id(sent.room).audience) == (1, "staff")
    assert said(ticket) == [(1, "It was red.")]
