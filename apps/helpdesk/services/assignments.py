"""Who has a ticket. While nobody has, its piece of work waits in the queue; assigning the ticket decides the work."""

from datetime import datetime
from uuid import UUID

from apps.accounts.selectors import logins
from apps.core import audit, db, live, outbox
from apps.core.actors import Actor
from apps.helpdesk.enums import TICKETS, EntryKind, Permission, TicketStatus, Topic
from apps.helpdesk.errors import AssigneeUnknown
from apps.helpdesk.models import Ticket
from apps.helpdesk.selectors import agents as agent_reads
from apps.helpdesk.selectors import rooms as room_reads
from apps.helpdesk.selectors import tickets
from apps.helpdesk.services import agents, rooms
from apps.workflow import selectors as work
from apps.workflow.commands import staff_command
from apps.workflow.enums import WorkItemState
from apps.workflow.services import queues

_ENDS = (TicketStatus.RESOLVED, TicketStatus.CLOSED)
_RANKS = {"low": -10, "normal": 0, "high": 10, "urgent": 20}


@staff_command("helpdesk.ticket.assign", subject="tkt")
def assign(ticket: UUID, *, assignee: str, version: int, by: Actor, at: datetime) -> Ticket:
    """Give a ticket to an agent (typed id of the login), or with an empty one back to the queue.

    Order: work item, ticket locked and changed, news in the room, audit, topic helpdesk.ticket.changed.
    Raises: assignee_unknown, version_conflict, not_found.
    """
    with db.unit(by=by, at=at, why="assign"):
        _require_agent(assignee)
        if assignee:
            leave(ticket)
        (held,) = db.lock(Ticket, ticket)
        db.require_version(held, version)
        _given(held, assignee)
    return held


def claim_next(*, by: Actor, at: datetime) -> Ticket | None:
    """Assign an agent the most urgent ticket of nobody, or return None when there is none.

    Order: work item claimed and decided, ticket locked and changed, news in the room, audit, topic
    helpdesk.ticket.changed.
    """
    with db.unit(by=by, at=at, why="claim"):
        item = queues.claim_next(queue=TICKETS.code, by=by, at=at)
        if item is None:
            return None
        queues.close(item.pk, outcome="assigned")
        (held,) = db.lock(Ticket, tickets.by_ref(item.subject_id).pk)
        _given(held, by.id)
    return held


def wait(*, ticket: Ticket, customer: str) -> None:
    """Put a ticket of nobody into the queue. Works inside an open unit. Raises: already_queued."""
    queues.open_(
        queue=TICKETS.code,
        subject=ticket,
        title=f"Ticket T-{ticket.number}",
        customer=customer,
        priority=_RANKS[ticket.priority],
    )


def leave(ticket: UUID) -> None:
    """Take a ticket out of the queue, if it waits there. Works inside an open unit, before the ticket is locked.

    Raises: not_found.
    """
    item = work.live_of(tickets.by_id(ticket), queue=TICKETS.code)
    if item is None:
        return
    if item.state == WorkItemState.CLAIMED:
        queues.close(item.pk, outcome="assigned")
    else:
        queues.cancel(item.pk, reason="assigned")


def take(ticket: UUID) -> None:
    """Assign a ticket of nobody to the unit's actor; one of somebody stays. Works inside an open unit.

    Order as of assign. Raises: not_found.
    """
    if tickets.by_id(ticket).assignee:
        return
    leave(ticket)
    (held,) = db.lock(Ticket, ticket)
    if not held.assignee:
        _given(held, db.current().by.id)


def _given(held: Ticket, assignee: str) -> None:
    """Write who has a locked ticket."""
    if held.assignee == assignee:
        return
    room = room_reads.of(held.ref)
    before, held.assignee = held.assignee, assignee
    held.save()
    if not assignee and held.status not in _ENDS:
        wait(ticket=held, customer=room.customer_ref)
    if assignee == db.current().by.id:
        agents.ensure()
    rooms.announce(room.pk, kind=EntryKind.PARTICIPANT, agent=assignee or before, joined=bool(assignee))
    audit.record(
        action="helpdesk.ticket.assign",
        subject=held,
        customer=room.customer_ref,
        before={"assignee": before},
        after={"assignee": assignee},
    )
    outbox.publish(Topic.TICKET_CHANGED, subject=held, customer=room.customer_ref, data={"assignee": assignee})
    live.hint(agents.DESK)


def _require_agent(assignee: str) -> None:
    login = agent_reads.login_of(assignee)
    member = logins.staff(login) if login else None
    if assignee and (member is None or not member.has_perm(Permission.TICKET_REPLY)):
        raise AssigneeUnknown(assignee=assignee)
