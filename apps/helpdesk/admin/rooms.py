"""Lists of rooms and of what was said in them; the words themselves are on the pages of tickets and chats."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin, SinceFilter
from apps.helpdesk.enums import Permission
from apps.helpdesk.models import Message, Participant, Room, RoomEntry

_VIEW = (Permission.TICKET_READ.value,)


@admin.register(Room)
class RoomAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "owner", "audience", "customer_ref", "last_seq", "opened_at", "closed_at")
    list_filter = (SinceFilter,)


@admin.register(RoomEntry)
class RoomEntryAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "at", "room", "seq", "kind", "message")
    list_filter = (SinceFilter,)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "created_at", "room", "seq", "author_kind", "author_id", "body_sealed")
    list_filter = (SinceFilter,)


@admin.register(Participant)
class ParticipantAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "room", "author_kind", "author_id", "delivered_seq", "read_seq", "told_seq", "joined_at")
    list_filter = (SinceFilter,)
