"""Rows of the helpdesk."""

from apps.helpdesk.models.agents import AgentProfile
from apps.helpdesk.models.chats import ChatSession
from apps.helpdesk.models.rooms import Message, Participant, Room, RoomEntry
from apps.helpdesk.models.tickets import Ticket, TicketPulse

__all__ = ["AgentProfile", "ChatSession", "Message", "Participant", "Room", "RoomEntry", "Ticket", "TicketPulse"]
