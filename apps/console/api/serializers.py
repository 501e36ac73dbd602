"""Bodies of queues and work."""

from apps.core.api.fields import CodeField, IdField, InstantField, TextField, WholeField
from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.workflow.enums import Happening, WorkItemState


class QueueSerializer(OutputSerializer):
    code = TextField()
    title = TextField()
    waiting = WholeField()
    claimed = WholeField()
    snoozed = WholeField()
    late = WholeField(help_text="Beyond its due instant.")
    oldest_at = InstantField(allow_null=True, help_text="Since when the oldest waits.")


class WorkItemSerializer(OutputSerializer):
    id = IdField(prefix="wki", source="pk")
    queue = TextField()
    subject = TextField(source="subject_id", help_text="Typed id of what it is about.")
    customer = TextField(source="customer_ref", help_text="Typed id; empty where no customer is concerned.")
    title = TextField()
    severity = WholeField(help_text="1 low to 4 critical.")
    state = CodeField(choices=WorkItemState.choices)
    claimed_by = TextField(help_text="Typed id of who holds it; empty for nobody.")
    lease_until = InstantField(allow_null=True)
    snoozed_until = InstantField(allow_null=True)
    due_at = InstantField(allow_null=True)
    opened_at = InstantField()
    closed_at = InstantField(allow_null=True)
    outcome = TextField()
    version = WholeField(help_text="Named by the decision that closes the work.")


class WorkItemEventSerializer(OutputSerializer):
    id = IdField(prefix="wke", source="pk")
    kind = CodeField(choices=Happening.choices)
    actor = TextField(source="actor_id")
    reason = TextField(source="reason_code")
    outcome = TextField()
    until = InstantField(allow_null=True)
    at = InstantField()


class ReasonSerializer(InputSerializer):
    reason = TextField(max_length=40, help_text="A code of the queue's dictionary.")


class SnoozeSerializer(ReasonSerializer):
    until = InstantField(help_text="At most 30 days ahead.")
