"""Refusals of the helpdesk."""

from apps.core.errors import Conflict, Duplicate, Invalid


class ChatOpen(Duplicate):
    """The customer has an open chat already. Go on with it: `GET /api/v1/chats/availability` names it."""

    code = "chat_open"
    title = "A chat is open"
    constraints = ("helpdesk_chatsession_open",)


class RoomClosed(Conflict):
    """Nothing more can be said here: the chat has ended, or the ticket is closed. Start a new one."""

    code = "room_closed"
    title = "Ended"


class MessageConflict(Conflict):
    """The same `client_msg_id` was used for another text. Send this text under a new id."""

    code = "duplicate_conflict"
    title = "Id used for another message"
    constraints = ("helpdesk_message_client",)


class TextUnusable(Invalid):
    """A text of nothing but blanks, with control characters, or with too many marks on one letter."""

    code = "text_unusable"
    title = "Not a usable text"


class AlreadyAccepted(Conflict):
    """Another agent has this chat. Take the next one."""

    code = "already_accepted"
    title = "Somebody else has it"


class NotYourChat(Conflict):
    """The chat is not, or no longer, yours: another agent has it, or it waits in the queue again."""

    code = "not_participant"
    title = "Not your chat"


class SequenceUnknown(Invalid):
    """A number beyond the last one of the room, or below zero. Read the room again from the start."""

    code = "sequence_unknown"
    title = "No such number in the room"


class AssigneeUnknown(Invalid):
    """The login is not one of an agent who may answer tickets."""

    code = "assignee_unknown"
    title = "Not an agent"
