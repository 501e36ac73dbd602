"""Lists of tickets, of chats and of agents."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin, SinceFilter
from apps.helpdesk.admin import desk, work
from apps.helpdesk.enums import Permission
from apps.helpdesk.models import AgentProfile, ChatSession, Ticket, TicketPulse

_VIEW = (Permission.TICKET_READ.value,)


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "number", "requester", "status", "priority", "assignee", "created_at", "resolved_at")
    list_filter = ("status", SinceFilter)
    pages = work.PAGES


@admin.register(TicketPulse)
class TicketPulseAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "ticket", "waiting_since", "last_customer_at", "last_agent_at")
    list_filter = (SinceFilter,)


@admin.register(ChatSession)
class ChatSessionAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "queued_at", "customer", "status", "agent", "accepted_at", "ended_at", "end_reason")
    list_filter = (SinceFilter,)
    pages = desk.PAGES


@admin.register(AgentProfile)
class AgentProfileAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "user", "display_name", "chosen_status", "updated_at")
