"""Words of the helpdesk: states of tickets and chats, rooms and who speaks in them, queues, topics, permissions."""

from datetime import timedelta
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.workflow.enums import Queue


class TicketStatus(TextChoices):
    """The life of a ticket. New and open: the house has to act; pending, on hold: somebody else has."""

    NEW = "new", _("New")
    OPEN = "open", _("Open")
    PENDING_CUSTOMER = "pending_customer", _("Waiting for the customer")
    PENDING_INTERNAL = "pending_internal", _("Waiting for colleagues")
    ON_HOLD = "on_hold", _("On hold")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")

    @classmethod
    def moves(cls) -> dict["TicketStatus", tuple["TicketStatus", ...]]:
        """Return what may follow what."""
        waiting = (cls.PENDING_CUSTOMER, cls.PENDING_INTERNAL, cls.ON_HOLD)
        ends = (cls.RESOLVED, cls.CLOSED)
        return {
            cls.NEW: (cls.OPEN, *waiting, *ends),
            cls.OPEN: (*waiting, *ends),
            **{state: (cls.OPEN, *(other for other in waiting if other != state), *ends) for state in waiting},
            cls.RESOLVED: (cls.OPEN, cls.CLOSED),
            cls.CLOSED: (),
        }


WAITING_STATES: Final = (
    TicketStatus.NEW,
    TicketStatus.PENDING_CUSTOMER,
    TicketStatus.PENDING_INTERNAL,
    TicketStatus.ON_HOLD,
)
"""States that an answer of the customer turns into open."""


class TicketChannel(TextChoices):
    """How a ticket came in."""

    APP = "app", _("App")


class Priority(TextChoices):
    """How urgent a ticket is."""

    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


class ChatStatus(TextChoices):
    """The life of a chat. Queued: waits for an agent; abandoned: the customer left before one came."""

    QUEUED = "queued", _("Waiting for an agent")
    ACTIVE = "active", _("Active")
    ENDED = "ended", _("Ended")
    ABANDONED = "abandoned", _("Abandoned")

    @classmethod
    def moves(cls) -> dict["ChatStatus", tuple["ChatStatus", ...]]:
        """Return what may follow what."""
        return {
            cls.QUEUED: (cls.ACTIVE, cls.ABANDONED),
            cls.ACTIVE: (cls.QUEUED, cls.ENDED),
            cls.ENDED: (),
            cls.ABANDONED: (),
        }


OPEN_CHATS: Final = (ChatStatus.QUEUED, ChatStatus.ACTIVE)
"""States in which something can be said; a customer has one such chat at most."""


class ChatEnd(TextChoices):
    """Who, or what, ended a chat."""

    CUSTOMER = "customer", _("The customer")
    AGENT = "agent", _("The agent")


class AgentStatus(TextChoices):
    """What an agent says of themselves; whether they are connected is another matter."""

    ONLINE = "online", _("Online")
    BUSY = "busy", _("Busy")
    AWAY = "away", _("Away")
    OFFLINE = "offline", _("Offline")


class Audience(TextChoices):
    """Who may look into a room."""

    PUBLIC = "public", _("Customer and staff")
    STAFF = "staff", _("Staff only")


class AuthorKind(TextChoices):
    """Who speaks in a room."""

    CUSTOMER = "customer", _("Customer")
    AGENT = "agent", _("Agent")


class EntryKind(TextChoices):
    """What takes a number in a room."""

    MESSAGE = "message", _("Message")
    STATE = "state", _("Change of state")
    PARTICIPANT = "participant", _("Somebody joined or left")


class Topic(TextChoices):
    """News of the helpdesk. They hold ids and codes, never what was said."""

    TICKET_OPENED = "helpdesk.ticket.opened"
    TICKET_REPLIED = "helpdesk.ticket.replied"
    TICKET_CHANGED = "helpdesk.ticket.changed"
    TICKET_RESOLVED = "helpdesk.ticket.resolved"
    TICKET_REOPENED = "helpdesk.ticket.reopened"
    TICKET_CLOSED = "helpdesk.ticket.closed"
    CHAT_QUEUED = "helpdesk.chat.queued"
    CHAT_ACCEPTED = "helpdesk.chat.accepted"
    CHAT_REQUEUED = "helpdesk.chat.requeued"
    CHAT_ENDED = "helpdesk.chat.ended"
    CHAT_ABANDONED = "helpdesk.chat.abandoned"
    CHAT_UNREAD = "helpdesk.chat.left_unread"


class Permission(TextChoices):
    """What staff may do with tickets and chats."""

    TICKET_READ = "helpdesk.ticket.read"
    TICKET_REPLY = "helpdesk.ticket.reply"
    TICKET_NOTE = "helpdesk.ticket.note"
    TICKET_ASSIGN = "helpdesk.ticket.assign"
    CHAT_TAKE = "helpdesk.chat.take"


_AGENTS: Final = frozenset({"support_agent"})

TICKETS: Final = Queue(
    code="helpdesk.ticket", title=_("Tickets without an agent"), permission=Permission.TICKET_ASSIGN, pickers=_AGENTS
)
"""Tickets that nobody is assigned to; assigning one decides its piece of work."""

CHATS: Final = Queue(
    code="helpdesk.chat",
    title=_("Chats"),
    permission=Permission.CHAT_TAKE,
    lease=timedelta(seconds=120),
    most=5,
    pickers=_AGENTS,
)
"""Chats: the lease lives as long as the agent's desk is connected; when it runs out, the chat waits in front again."""

ANSWER_WITHIN: Final = timedelta(seconds=60)
"""When a waiting chat is late, and rises in its queue."""

UNREAD_AFTER: Final = timedelta(minutes=1)
"""How long an agent's words in a chat wait for a customer who is away before they are told by other ways."""

REOPEN_WITHIN: Final = timedelta(days=7)
"""How long after it was resolved an answer of the customer opens a ticket again."""
