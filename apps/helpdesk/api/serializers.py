"""Bodies of tickets, chats and what is said in them."""

from typing import Any

from apps.core.api.fields import (
    CodeField,
    FlagField,
    IdField,
    InstantField,
    TextField,
    UuidField,
    WholeField,
    WholeParameter,
)
from apps.core.api.serializers import InputSerializer, OutputSerializer, PageQuery, QuerySerializer
from apps.helpdesk.enums import AgentStatus, ChatEnd, ChatStatus, EntryKind, Priority, TicketStatus
from apps.helpdesk.models.rooms import BODY_CHARACTERS
from apps.helpdesk.models.tickets import SUBJECT_CHARACTERS

_CLIENT_ID = "Of your own making, one a message: the same one again is the same message."
LARGEST = 2**63 - 1


class MessageInSerializer(InputSerializer):
    body = TextField(max_length=BODY_CHARACTERS)
    client_msg_id = UuidField(help_text=_CLIENT_ID)


class ThenSerializer(InputSerializer):
    status = CodeField(choices=TicketStatus.choices)


class ReplySerializer(MessageInSerializer):
    then = ThenSerializer(required=False, help_text="What becomes of the ticket together with the answer.")


class TicketInSerializer(MessageInSerializer):
    subject = TextField(max_length=SUBJECT_CHARACTERS)


class StatusInSerializer(InputSerializer):
    status = CodeField(choices=TicketStatus.choices)


class AssignSerializer(InputSerializer):
    assignee = IdField(prefix="usr", allow_null=True, help_text="The login of an agent; null: back to the queue.")


class MarksSerializer(InputSerializer):
    delivered_seq = WholeField(min_value=0, max_value=LARGEST, default=0)
    read_seq = WholeField(min_value=0, max_value=LARGEST, default=0)


class SetAgentStatusSerializer(InputSerializer):
    status = CodeField(choices=AgentStatus.choices)


class AfterQuery(QuerySerializer):
    after_seq = WholeParameter(default=0, min_value=0, max_value=LARGEST, help_text="The last number you have.")


class TicketQuery(PageQuery):
    status = CodeField(choices=TicketStatus.choices, required=False)
    assignee = TextField(required=False, max_length=40, help_text="`me`, `nobody`, or the login of an agent.")


class ChatQuery(PageQuery):
    status = CodeField(choices=ChatStatus.choices, required=False)
    agent = TextField(required=False, max_length=40, help_text="`me`, or the login of an agent.")


class NamedSerializer(OutputSerializer):
    id = TextField(source="ref")
    name = TextField(help_text="As others see them; empty once erased.")


class AuthorSerializer(NamedSerializer):
    kind = TextField(help_text="customer or agent")


class SaidSerializer(OutputSerializer):
    id = IdField(prefix="msg")
    author = AuthorSerializer()
    body = TextField(allow_null=True, help_text="Plain text; null once erased.")
    client_msg_id = UuidField(allow_null=True, help_text="Told to who wrote it.")


class ChangedSerializer(OutputSerializer):
    """What happened in a room, in words of code; each is null where it does not apply."""

    status = TextField(allow_null=True)
    reason = TextField(allow_null=True)
    joined = FlagField(allow_null=True)
    agent = NamedSerializer(allow_null=True)

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        """Return all words, those that are missing as null."""
        return {name: instance.get(name) for name in ("status", "reason", "joined")} | {
            "agent": _agent(instance.get("agent"))
        }


class RoomEntrySerializer(OutputSerializer):
    seq = WholeField(help_text="From 1, without gaps.")
    kind = CodeField(choices=EntryKind.choices)
    at = InstantField()
    message = SaidSerializer(source="said", allow_null=True)
    change = ChangedSerializer(source="data")


class RoomPageSerializer(OutputSerializer):
    room = IdField(prefix="rom")
    last_seq = WholeField(help_text="The last number of the room.")
    has_more = FlagField(help_text="Ask again after the last number of this page.")
    entries = RoomEntrySerializer(many=True, help_text="At most 200, in the order of their numbers.")


class SentSerializer(OutputSerializer):
    room = IdField(prefix="rom")
    seq = WholeField()
    message = IdField(prefix="msg")
    client_msg_id = UuidField()
    is_duplicate = FlagField(help_text="This id was sent before; the number is that of the first time.")
    is_redacted = FlagField(help_text="Numbers of cards or identity papers were taken out.")


class MarksOutSerializer(OutputSerializer):
    delivered_seq = WholeField()
    read_seq = WholeField()


class TicketSerializer(OutputSerializer):
    id = IdField(prefix="tkt")
    version = WholeField()
    number = TextField(source="ticket")
    subject = TextField(allow_null=True, help_text="Null once erased.")
    status = CodeField(source="ticket.status", choices=TicketStatus.choices)
    priority = CodeField(source="ticket.priority", choices=Priority.choices)
    assignee = NamedSerializer(allow_null=True)
    room = IdField(prefix="rom")
    last_seq = WholeField()
    waiting_since = InstantField(allow_null=True, help_text="Since when the customer waits for an answer.")
    resolved_at = InstantField(source="ticket.resolved_at", allow_null=True)
    closed_at = InstantField(source="ticket.closed_at", allow_null=True)
    created_at = InstantField(source="ticket.created_at")
    updated_at = InstantField(source="ticket.updated_at")


class StaffTicketSerializer(TicketSerializer):
    customer = NamedSerializer()
    notes = IdField(prefix="rom", help_text="The room that only staff can see.")


class ChatSerializer(OutputSerializer):
    id = IdField(prefix="cht")
    version = WholeField()
    status = CodeField(source="chat.status", choices=ChatStatus.choices)
    agent = NamedSerializer(allow_null=True)
    room = IdField(prefix="rom")
    last_seq = WholeField()
    position = WholeField(allow_null=True, help_text="Place in the queue; 1 is next.")
    queued_at = InstantField(source="chat.queued_at")
    accepted_at = InstantField(source="chat.accepted_at", allow_null=True)
    ended_at = InstantField(source="chat.ended_at", allow_null=True)
    end_reason = CodeField(source="chat.end_reason", choices=ChatEnd.choices, allow_null=True)
    created_at = InstantField(source="chat.created_at")


class StaffChatSerializer(ChatSerializer):
    customer = NamedSerializer()
    notes = IdField(prefix="rom", help_text="The room that only staff can see.")


class AvailabilitySerializer(OutputSerializer):
    state = TextField(help_text="`online`, `offline`: nobody is there now, or `reconnect`: go on with `chat`.")
    chat = IdField(prefix="cht", allow_null=True)
    waiting = WholeField(help_text="How many chats wait.")


class ChatQueueSerializer(OutputSerializer):
    waiting = WholeField(source="figures.waiting")
    active = WholeField(source="figures.active")
    oldest_at = InstantField(source="figures.oldest_at", allow_null=True)
    chats = StaffChatSerializer(many=True, help_text="Those that wait, in the order in which they are taken.")


class AgentSerializer(OutputSerializer):
    id = IdField(prefix="agt", source="profile.pk")
    login = IdField(prefix="usr", source="profile.user_id")
    name = TextField(source="profile.display_name")
    status = CodeField(source="profile.chosen_status", choices=AgentStatus.choices)
    is_connected = FlagField(help_text="Whether a desk of theirs is open; who has none is offline.")


class AgentsSerializer(OutputSerializer):
    agents = AgentSerializer(many=True)


def _agent(found: dict[str, str] | None) -> dict[str, str] | None:
    return {"id": found["ref"], "name": found["name"]} if found else None
