"""Tickets: opened by customers, answered and moved by staff. While nobody is assigned, one waits in the queue."""

from datetime import datetime
from uuid import UUID

from apps.accounts.selectors import customers
from apps.core import audit, db, outbox, states
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.services import data_keys
from apps.helpdesk.enums import (
    REOPEN_WITHIN,
    WAITING_STATES,
    Audience,
    EntryKind,
    Permission,
    TicketChannel,
    TicketStatus,
    Topic,
)
from apps.helpdesk.models import Ticket, TicketPulse
from apps.helpdesk.models.tickets import SUBJECT_CHARACTERS
from apps.helpdesk.selectors import rooms as room_reads
from apps.helpdesk.selectors import tickets
from apps.helpdesk.selectors.tickets import SUBJECT
from apps.helpdesk.services import assignments, rooms, texts
from apps.helpdesk.services.rooms import Sent
from apps.workflow.commands import staff_command

_ENDS = (TicketStatus.RESOLVED, TicketStatus.CLOSED)
_TOPICS = {TicketStatus.RESOLVED: Topic.TICKET_RESOLVED, TicketStatus.CLOSED: Topic.TICKET_CLOSED}


def open_(*, subject: str, body: str, client_msg_id: UUID, by: Actor, at: datetime) -> Ticket:
    """Open a ticket of the caller with its first message.

    Order: ticket, rooms, pulse, work item, message, audit, topic helpdesk.ticket.opened.
    Raises: customer_required, text_unusable.
    """
    title = texts.clean(text=subject, longest=SUBJECT_CHARACTERS, is_one_line=True).text
    with db.unit(by=by, at=at, why="open"):
        customer = customers.own(by)
        ticket = Ticket(
            number=tickets.next_number(),
            subject_sealed=data_keys.seal(owner=customer.ref, column=SUBJECT, text=title),
            requester=customer,
            channel=TicketChannel.APP,
        )
        ticket.save()
        room = rooms.open_(owner=ticket.ref, customer=customer.ref)
        TicketPulse(ticket=ticket, waiting_since=at, last_customer_at=at).save()
        assignments.wait(ticket=ticket, customer=customer.ref)
        rooms.write(room.pk, body=body, client_msg_id=client_msg_id)
        audit.record(action="helpdesk.ticket.open", subject=ticket, customer=customer.ref)
        outbox.publish(Topic.TICKET_OPENED, subject=ticket, customer=customer.ref)
    return ticket


def ask(ticket: UUID, *, body: str, client_msg_id: UUID, by: Actor, at: datetime) -> Sent:
    """Add an answer of the customer to a ticket of their own. It opens a waiting ticket, and a resolved one for 7 days.

    Order: ticket locked and moved with audit, message, pulse, audit, topic helpdesk.ticket.replied or .reopened.
    Raises: room_closed, duplicate_conflict, text_unusable, not_found.
    """
    with db.unit(by=by, at=at, why="ask"):
        (held,) = db.lock(Ticket, ticket)
        if held.requester_id != customers.own(by).pk:
            raise NotFound(ticket=held.ref)
        room = room_reads.of(held.ref)
        sent = rooms.write(room.pk, body=body, client_msg_id=client_msg_id, may_still=_may_ask(held, at))
        if not sent.is_duplicate:
            _heard(held, at)
            _opened_again(held, room.pk, room.customer_ref)
            audit.record(action="helpdesk.ticket.ask", subject=held, customer=room.customer_ref, data={"seq": sent.seq})
            outbox.publish(Topic.TICKET_REPLIED, subject=held, customer=room.customer_ref, data={"by": "customer"})
    return sent


@staff_command("helpdesk.ticket.reply", subject="tkt")
def reply(
    ticket: UUID, *, body: str, client_msg_id: UUID, then: TicketStatus | None = None, by: Actor, at: datetime
) -> Sent:
    """Answer the customer; `then` is the state afterwards. Who answers a ticket of nobody is assigned to it.

    Order: work item, ticket locked, assigned and moved with audit, message, pulse, audit, topic .replied.
    Raises: room_closed, invalid_state, duplicate_conflict, text_unusable, not_found.
    """
    with db.unit(by=by, at=at, why="reply"):
        assignments.take(ticket)
        (held,) = db.lock(Ticket, ticket)
        room = room_reads.of(held.ref)
        may_still = held.status != TicketStatus.CLOSED
        sent = rooms.write(room.pk, body=body, client_msg_id=client_msg_id, may_still=may_still)
        if not sent.is_duplicate:
            if then is not None and then != held.status:
                _moved(held, then, room.customer_ref)
            _answered(held, at)
            audit.record(
                action="helpdesk.ticket.reply", subject=held, customer=room.customer_ref, data={"seq": sent.seq}
            )
            outbox.publish(
                Topic.TICKET_REPLIED, subject=held, customer=room.customer_ref, data={"by": "agent", "seq": sent.seq}
            )
    return sent


@staff_command("helpdesk.ticket.note", subject="tkt")
def note(ticket: UUID, *, body: str, client_msg_id: UUID, by: Actor, at: datetime) -> Sent:
    """Write a note about a ticket into the room that only staff can see.

    Order: room locked, message, audit, hint to the room. Raises: duplicate_conflict, text_unusable, not_found.
    """
    with db.unit(by=by, at=at, why="note"):
        found = tickets.by_id(ticket)
        room = room_reads.of(found.ref, audience=Audience.STAFF)
        sent = rooms.write(room.pk, body=body, client_msg_id=client_msg_id)
        if not sent.is_duplicate:
            audit.record(
                action="helpdesk.ticket.note", subject=found, customer=room.customer_ref, data={"seq": sent.seq}
            )
    return sent


@staff_command("helpdesk.ticket.set_status", subject="tkt", permission=Permission.TICKET_REPLY)
def set_status(ticket: UUID, *, status: TicketStatus, version: int, by: Actor, at: datetime) -> Ticket:
    """Move a ticket to another state. One that ends leaves the queue; one that opens again without agent enters it.

    Order: work item, ticket locked and moved with audit, state in the room, topic helpdesk.ticket.changed, .resolved,
    .reopened or .closed. Raises: version_conflict, invalid_state, not_found.
    """
    with db.unit(by=by, at=at, why="set status"):
        if status in _ENDS:
            assignments.leave(ticket)
        (held,) = db.lock(Ticket, ticket)
        db.require_version(held, version)
        _moved(held, status, room_reads.of(held.ref).customer_ref)
    return held


def close(ticket: UUID, *, by: Actor, at: datetime) -> Ticket:
    """Close a ticket of the caller: nothing can be said about it any more.

    Order: work item, ticket locked and moved with audit, state in the room, room closed, topic helpdesk.ticket.closed.
    Raises: invalid_state when it is closed, not_found.
    """
    with db.unit(by=by, at=at, why="close"):
        found = tickets.ticket_for(ticket, by=by)
        assignments.leave(ticket)
        (held,) = db.lock(Ticket, ticket)
        _moved(held, TicketStatus.CLOSED, room_reads.of(found.ref).customer_ref)
    return held


def _may_ask(held: Ticket, at: datetime) -> bool:
    if held.status == TicketStatus.RESOLVED:
        return bool(held.resolved_at and at <= held.resolved_at + REOPEN_WITHIN)
    return bool(held.status != TicketStatus.CLOSED)


def _opened_again(held: Ticket, room: UUID, customer: str) -> None:
    """Move a locked ticket that the customer has answered."""
    if held.status in WAITING_STATES and held.status != TicketStatus.NEW:
        _moved(held, TicketStatus.OPEN, customer)
    elif held.status == TicketStatus.RESOLVED:
        states.move(
            held, TicketStatus.OPEN, customer=customer, reopened_count=held.reopened_count + 1, resolved_at=None
        )
        rooms.announce(room, kind=EntryKind.STATE, status=TicketStatus.OPEN.value)
        if not held.assignee:
            assignments.wait(ticket=held, customer=customer)
        outbox.publish(Topic.TICKET_REOPENED, subject=held, customer=customer)


def _moved(held: Ticket, to: TicketStatus, customer: str) -> None:
    """Move a locked ticket and tell its room."""
    room, was_over = room_reads.of(held.ref), held.status == TicketStatus.RESOLVED
    states.move(held, to, customer=customer)
    rooms.announce(room.pk, kind=EntryKind.STATE, status=to.value)
    if to == TicketStatus.CLOSED:
        rooms.close(room.pk)
    if was_over and to == TicketStatus.OPEN and not held.assignee:
        assignments.wait(ticket=held, customer=customer)
    reopened = Topic.TICKET_REOPENED if was_over and to == TicketStatus.OPEN else Topic.TICKET_CHANGED
    outbox.publish(_TOPICS.get(to, reopened), subject=held, customer=customer, data={"status": to.value})


def _heard(held: Ticket, at: datetime) -> None:
    """Note that the customer has said something; they wait from the first of several on."""
    (pulse,) = db.lock(TicketPulse, tickets.pulse_key(held))
    pulse.waiting_since, pulse.last_customer_at = pulse.waiting_since or at, at
    pulse.save()


def _answered(held: Ticket, at: datetime) -> None:
    (pulse,) = db.lock(TicketPulse, tickets.pulse_key(held))
    pulse.waiting_since, pulse.last_agent_at = None, at
    pulse.save()
