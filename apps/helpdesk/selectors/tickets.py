"""Reads of tickets: a customer's own, and those of staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from apps.accounts.selectors import customers
from apps.core import ids
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.selectors import data_keys
from apps.core.selectors.data_keys import Sealed
from apps.helpdesk.enums import Audience
from apps.helpdesk.models import Room, Ticket, TicketPulse
from apps.helpdesk.selectors import agents
from apps.helpdesk.selectors.agents import Named

SUBJECT: Final = "helpdesk.Ticket.subject_sealed"
NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket as its readers see it; `subject` is None when the customer's data was erased."""

    ticket: Ticket
    subject: str | None
    room: UUID
    notes: UUID
    last_seq: int
    assignee: Named | None
    customer: Named
    waiting_since: datetime | None

    @property
    def id(self) -> UUID:
        """Return the ticket's id."""
        return self.ticket.pk

    @property
    def ref(self) -> str:
        """Return the typed id."""
        return self.ticket.ref

    @property
    def version(self) -> int:
        """Return the ticket's version."""
        return self.ticket.version


def by_id(ticket: UUID) -> Ticket:
    """Return a ticket. Raises: not_found."""
    found: Ticket | None = Ticket.objects.filter(pk=ticket).first()
    if found is None:
        raise NotFound(ticket=Ticket.ref_of(ticket))
    return found


def by_ref(ref: str) -> Ticket:
    """Return the ticket of a typed id. Raises: not_found, invalid_id."""
    return by_id(ids.decode(Ticket.id_prefix, ref))


def by_number(number: int) -> Ticket | None:
    """Return the ticket that people call by this number."""
    found: Ticket | None = Ticket.objects.filter(number=number).first()
    return found


def ticket_for(ticket: UUID, *, by: Actor) -> Ticket:
    """Return a ticket that the caller may see: a customer their own, staff any. Raises: not_found."""
    found = by_id(ticket)
    if by.kind != "staff" and found.requester_id != customers.own(by).pk:
        raise NotFound(ticket=found.ref)
    return found


def tickets_for(*, by: Actor) -> QuerySet[Ticket]:
    """Return the tickets of the customer that the caller is. Raises: customer_required."""
    rows: QuerySet[Ticket] = Ticket.objects.filter(requester=customers.own(by))
    return rows


def tickets(*, status: str = "", assignee: str = "") -> QuerySet[Ticket]:
    """Return the tickets of a state, of an agent (typed id of the login, or `nobody`), or all."""
    rows: QuerySet[Ticket] = Ticket.objects.all()
    if status:
        rows = rows.filter(status=status)
    return rows.filter(assignee="" if assignee == NOBODY else assignee) if assignee else rows


def shown(rows: Sequence[Ticket]) -> list[Shown]:
    """Return tickets with subjects, rooms and people, with as many queries for one as for a hundred."""
    rooms = {(room.owner, room.audience): room for room in Room.objects.filter(owner__in=[row.ref for row in rows])}
    owners = [rooms[row.ref, Audience.PUBLIC].customer_ref for row in rows]
    sealed = [Sealed(owner, SUBJECT, row.subject_sealed) for owner, row in zip(owners, rows, strict=True)]
    known = agents.named(row.assignee for row in rows)
    names = customers.display_names(row.requester_id for row in rows)
    waits = dict(TicketPulse.objects.filter(ticket__in=rows).values_list("ticket_id", "waiting_since"))
    return [
        Shown(
            ticket=row,
            subject=subject,
            room=rooms[row.ref, Audience.PUBLIC].pk,
            notes=rooms[row.ref, Audience.STAFF].pk,
            last_seq=rooms[row.ref, Audience.PUBLIC].last_seq,
            assignee=known.get(row.assignee),
            customer=Named(owner, names.get(row.requester_id, "")),
            waiting_since=waits.get(row.pk),
        )
        for owner, row, subject in zip(owners, rows, data_keys.open_all(sealed), strict=True)
    ]


def pulse_key(ticket: Ticket) -> UUID:
    """Return the id of a ticket's pulse."""
    key: UUID = TicketPulse.objects.filter(ticket=ticket).values_list("pk", flat=True).get()
    return key


def answered_at(ticket: Ticket) -> datetime | None:
    """Return when an agent last said something in a ticket."""
    at: datetime | None = TicketPulse.objects.filter(ticket=ticket).values_list("last_agent_at", flat=True).first()
    return at


def next_number() -> int:
    """Return the next number of a ticket; numbers ascend and may have gaps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('helpdesk_ticket_numbers')")
        (number,) = cursor.fetchone() or (0,)
        return int(number)
