"""Messages of an inbox, as JSON."""

from apps.core.api.fields import CodeField, IdField, InstantField, TextField, WholeField, WholeParameter
from apps.core.api.serializers import InputSerializer, OutputSerializer, PageQuery
from apps.notifications.enums import InboxState


class InboxQuery(PageQuery):
    after_seq = WholeParameter(
        required=False, min_value=0, help_text="Messages after this number only: what a client missed."
    )
    state = CodeField(choices=InboxState.choices, required=False, help_text="Messages in this state only.")


class MessageSerializer(OutputSerializer):
    id = IdField(prefix="ntf")
    seq = WholeField(help_text="Number in the inbox: 1, 2, 3 without a gap.")
    kind = TextField(help_text="What it tells: `<app>.<name>`; there may be new ones at any time.")
    subject = TextField(help_text="Typed id of the thing that it is about.")
    title = TextField()
    body = TextField(help_text="Plain text; a blank line separates paragraphs.")
    created_at = InstantField()
    read_at = InstantField(allow_null=True)


class UnreadSerializer(OutputSerializer):
    unread = WholeField(help_text="Messages that were not read.")
    last_seq = WholeField(help_text="Number of the newest message; 0 when there is none.")


class ReadAllSerializer(InputSerializer):
    up_to = IdField(prefix="ntf", help_text="The newest message that was shown; later ones stay unread.")
