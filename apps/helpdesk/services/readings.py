"""Staff opening what belongs to one customer: it is written down before they see it."""

from datetime import datetime
from uuid import UUID

from apps.core import audit, db
from apps.core.actors import Actor
from apps.helpdesk.models import ChatSession, Ticket
from apps.helpdesk.selectors import chats, tickets


def open_ticket(ticket: UUID, *, by: Actor, at: datetime) -> tickets.Shown:
    """Show a member of staff a ticket. Order: audit. Raises: not_found."""
    with db.unit(by=by, at=at, why="read"):
        (shown,) = tickets.shown([tickets.by_id(ticket)])
        _note(shown.ticket, shown.customer.ref, "helpdesk.ticket.read")
    return shown


def open_chat(chat: UUID, *, by: Actor, at: datetime) -> chats.Shown:
    """Show a member of staff a chat. Order: audit, but for the agent who has it. Raises: not_found."""
    with db.unit(by=by, at=at, why="read"):
        (shown,) = chats.shown([chats.by_id(chat)])
        if shown.chat.agent != by.id:
            _note(shown.chat, shown.customer.ref, "helpdesk.chat.read")
    return shown


def _note(subject: Ticket | ChatSession, customer: str, action: str) -> None:
    audit.record(action=action, subject=subject, customer=customer)
