"""Addresses of the helpdesk below `/api/v1/`."""

from django.urls import path

from apps.core.api.paths import typed_ids
from apps.helpdesk.api.views import chats, staff_chats, staff_tickets, tickets

typed_ids("cht", "tkt")

_STAFF = "staff/helpdesk"
_TICKET = f"{_STAFF}/tickets/<tkt:ticket>"
_CHAT = f"{_STAFF}/chats/<cht:chat>"

urlpatterns = [
    path("tickets", tickets.TicketsView.as_view(), name="tickets"),
    path("tickets/<tkt:ticket>", tickets.TicketView.as_view(), name="ticket"),
    path("tickets/<tkt:ticket>/messages", tickets.TicketMessagesView.as_view(), name="ticket_messages"),
    path("tickets/<tkt:ticket>/read", tickets.TicketReadView.as_view(), name="ticket_read"),
    path("tickets/<tkt:ticket>/close", tickets.TicketCloseView.as_view(), name="ticket_close"),
    path("chats/availability", chats.AvailabilityView.as_view(), name="chats_availability"),
    path("chats", chats.ChatsView.as_view(), name="chats"),
    path("chats/<cht:chat>", chats.ChatView.as_view(), name="chat"),
    path("chats/<cht:chat>/messages", chats.ChatMessagesView.as_view(), name="chat_messages"),
    path("chats/<cht:chat>/receipts", chats.ChatReceiptsView.as_view(), name="chat_receipts"),
    path("chats/<cht:chat>/end", chats.ChatEndView.as_view(), name="chat_end"),
    path(f"{_STAFF}/tickets", staff_tickets.StaffTicketsView.as_view(), name="staff_tickets"),
    path(f"{_STAFF}/tickets/next", staff_tickets.NextTicketView.as_view(), name="staff_tickets_next"),
    path(_TICKET, staff_tickets.StaffTicketView.as_view(), name="staff_ticket"),
    path(f"{_TICKET}/messages", staff_tickets.StaffTicketMessagesView.as_view(), name="staff_ticket_messages"),
    path(f"{_TICKET}/notes", staff_tickets.StaffTicketNotesView.as_view(), name="staff_ticket_notes"),
    path(f"{_TICKET}/assign", staff_tickets.StaffTicketAssignView.as_view(), name="staff_ticket_assign"),
    path(f"{_TICKET}/status", staff_tickets.StaffTicketStatusView.as_view(), name="staff_ticket_status"),
    path(f"{_STAFF}/queue", staff_chats.QueueView.as_view(), name="staff_queue"),
    path(f"{_STAFF}/queue/next", staff_chats.NextChatView.as_view(), name="staff_queue_next"),
    path(f"{_STAFF}/chats", staff_chats.StaffChatsView.as_view(), name="staff_chats"),
    path(_CHAT, staff_chats.StaffChatView.as_view(), name="staff_chat"),
    path(f"{_CHAT}/messages", staff_chats.StaffChatMessagesView.as_view(), name="staff_chat_messages"),
    path(f"{_CHAT}/notes", staff_chats.StaffChatNotesView.as_view(), name="staff_chat_notes"),
    path(f"{_CHAT}/receipts", staff_chats.StaffChatReceiptsView.as_view(), name="staff_chat_receipts"),
    path(f"{_CHAT}/accept", staff_chats.AcceptView.as_view(), name="staff_chat_accept"),
    path(f"{_CHAT}/end", staff_chats.StaffChatEndView.as_view(), name="staff_chat_end"),
    path(f"{_STAFF}/status", staff_chats.AgentStatusView.as_view(), name="staff_agent_status"),
    path(f"{_STAFF}/presence", staff_chats.PresenceView.as_view(), name="staff_presence"),
]
