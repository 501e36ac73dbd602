"""Bodies of queues and work, of searches, files and stories of customers."""

from apps.accounts.enums import CustomerStatus, WalletStatus
from apps.console.enums import Stream
from apps.core.api.fields import CodeField, FlagField, IdField, InstantField, MoneyField, TextField, WholeField
from apps.core.api.serializers import InputSerializer, OutputSerializer, QuerySerializer
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


class TermSerializer(InputSerializer):
    term = TextField(max_length=200, help_text="Part of a name or address, the number of a ticket, or a typed id.")


class HitSerializer(OutputSerializer):
    id = TextField(source="ref", help_text="Typed id of a customer or a ticket.")
    name = TextField()
    more = TextField(help_text="More words about it; addresses are masked.")
    status = TextField()
    why = TextField(help_text="Why it was found.")


class SearchSerializer(OutputSerializer):
    goto = TextField(help_text="The typed id that was meant, where there is no doubt; else empty.")
    results = HitSerializer(many=True)


class FileBalanceSerializer(OutputSerializer):
    currency = TextField()
    posted = MoneyField()
    available = MoneyField()
    pending_in = MoneyField()


class FileWalletSerializer(OutputSerializer):
    id = TextField(source="ref")
    name = TextField()
    status = CodeField(choices=WalletStatus.choices)
    balances = FileBalanceSerializer(many=True)


class FileContactSerializer(OutputSerializer):
    kind = TextField()
    value = TextField(source="text", help_text="Masked.")
    is_primary = FlagField()


class CustomerFileSerializer(OutputSerializer):
    id = TextField(source="ref")
    status = CodeField(choices=CustomerStatus.choices)
    tier = TextField(help_text="Its name.")
    legal_name = TextField()
    display_name = TextField()
    country = TextField()
    locale = TextField()
    time_zone = TextField(source="tz")
    created_at = InstantField(source="since")
    contacts = FileContactSerializer(many=True)
    wallets = FileWalletSerializer(many=True)


class TimelineQuery(QuerySerializer):
    before = TextField(required=False, max_length=40, help_text="From `older` of an earlier answer.")


class EventSerializer(OutputSerializer):
    at = InstantField()
    stream = CodeField(choices=Stream.choices)
    title = TextField()
    detail = TextField()
    subject = TextField(source="ref", help_text="Typed id of what it is about; empty for none.")
    by = TextField(help_text="Typed id of who caused it.")
    money = MoneyField(allow_null=True)
    status = TextField()
    reason = TextField(help_text="Code of the reason; empty for none.")


class TimelineSerializer(OutputSerializer):
    results = EventSerializer(source="events", many=True)
    older = TextField(help_text="What `before` of the following part is; empty at the end.")
