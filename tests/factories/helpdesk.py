"""Tickets, chats and what is said in them, made by services; call them inside an open unit."""

from typing import Any

from apps.accounts.enums import UserKind
from apps.accounts.models import Customer, RoleGrant, User
from apps.accounts.selectors import customers
from apps.accounts.selectors.logins import NAME_COLUMN
from apps.core import db, ids
from apps.core.actors import Actor
from apps.core.services import data_keys
from apps.helpdesk.enums import Audience
from apps.helpdesk.models import AgentProfile, ChatSession, Message, Participant, Room, RoomEntry, Ticket, TicketPulse
from apps.helpdesk.services import agents, chats, tickets
from tests.factories import accounts
from tests.support.units import later


def as_customer(customer: Customer) -> Actor:
    """Return a customer as the one who acts."""
    user = ids.encode(User.id_prefix, customers.user_of(customer.pk))
    return Actor(kind="customer", id=user, human_id=user)


def agent(name: str = "Nadia Berger", *, role: str = "support_agent") -> Actor:
    """Return a new member of staff as the one who acts."""
    login = accounts.user(kind=UserKind.STAFF)
    login.name_sealed = data_keys.seal(owner=login.ref, column=NAME_COLUMN, text=name)
    login.save()
    later()
    RoleGrant(user=login, role=role, granted_by="system:test", since=db.current().at).save()
    return Actor(kind="staff", id=login.ref, human_id=login.human_id, roles=frozenset({role}))


def chat_session(by: Actor | None = None, body: str = "Where is my money?") -> ChatSession:
    """Return a chat that waits."""
    return _as(by, chats.request, body=body, client_msg_id=ids.new())


def ticket(by: Actor | None = None, *, subject: str = "Card lost", body: str = "It was red.") -> Ticket:
    """Return a ticket of nobody."""
    return _as(by, tickets.open_, subject=subject, body=body, client_msg_id=ids.new())


def ticket_pulse() -> TicketPulse:
    """Return the pulse of a new ticket."""
    return TicketPulse.objects.get(ticket=ticket())


def room() -> Room:
    """Return the public room of a new chat."""
    return Room.objects.get(owner=chat_session().ref, audience=Audience.PUBLIC)


def message() -> Message:
    """Return the first message of a new chat."""
    return Message.objects.get(room=room())


def room_entry() -> RoomEntry:
    """Return the last entry of a new chat."""
    return RoomEntry.objects.filter(room=room()).latest("seq")


def participant() -> Participant:
    """Return the customer of a new chat."""
    return Participant.objects.get(room=room())


def agent_profile(name: str = "Nadia Berger") -> AgentProfile:
    """Return an agent who has just come."""
    return _as(agent(name), agents.set_status, status="online")


def _as(by: Actor | None, service: Any, **arguments: Any) -> Any:
    """Call a service as somebody, by default as a new customer, in the open unit, as if it were their own."""
    unit = db.current()
    actor = by or as_customer(accounts.customer())
    later()
    before, unit.actor = unit.actor, actor
    try:
        return service(**arguments, by=actor, at=unit.at)
    finally:
        unit.actor = before
        later()
