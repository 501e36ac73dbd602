"""Bodies of balances in time, of blocks and of anchors."""

from typing import Any

from apps.core.api.fields import (
    CodeField,
    DayField,
    IdField,
    InstantField,
    MoneyField,
    TextField,
    WholeField,
    WholeParameter,
)
from apps.core.api.serializers import OutputSerializer, PageQuery, QuerySerializer
from apps.ledger.enums import HoldKind, HoldStatus
from apps.ledger.models import Hold
from apps.ledger.selectors import holds


class HashField(TextField):
    """A SHA-256 in hexadecimal."""

    def to_representation(self, value: bytes) -> str:  # type: ignore[override]  # written from bytes, read by nobody
        """Return the text."""
        return value.hex()


class BalanceQuery(QuerySerializer):
    at = InstantField(required=False, help_text="As booked at this instant.")
    effective_on = DayField(required=False, help_text="By value date, at the end of this day.")


class HoldsQuery(PageQuery):
    status = CodeField(choices=HoldStatus.choices, required=False, help_text="Those in this state alone.")


class HoldSerializer(OutputSerializer):
    id = IdField(prefix="hld", source="pk")
    kind = CodeField(choices=HoldKind.choices)
    status = CodeField(choices=HoldStatus.choices)
    reason_code = TextField()
    subject = TextField(help_text="Typed id of what it is for.")
    amount = MoneyField(help_text="Authorised by now.")
    captured = MoneyField()
    over_captured = MoneyField(help_text="The part of what was captured above what was left.")
    released = MoneyField()
    remaining = MoneyField(help_text="Held still.")
    tolerance_bps = WholeField(help_text="By how much captures may pass the amount.")
    placed_at = InstantField()
    expires_at = InstantField(allow_null=True)
    resolved_at = InstantField(allow_null=True)

    def to_representation(self, instance: Hold) -> Any:
        """Return the row with its amounts as money."""
        return super().to_representation(holds.shown(instance))


class AccountBalanceSerializer(OutputSerializer):
    posted = MoneyField(help_text="Credit positive.")
    available = MoneyField(allow_null=True, help_text="Null for a balance of the past.")
    pending_in = MoneyField(allow_null=True, help_text="Null for a balance of the past.")
    holds = HoldSerializer(many=True, allow_null=True, help_text="The open ones; null for a balance of the past.")


class DaysQuery(QuerySerializer):
    first = DayField(required=False, help_text="Value date, included.")
    last = DayField(required=False, help_text="Value date, included.")
    limit = WholeParameter(default=50, min_value=1, max_value=400, help_text="Days of the answer, the newest first.")


class AccountDaySerializer(OutputSerializer):
    effective_on = DayField()
    net = MoneyField(help_text="Credit positive.")
    count = WholeField(help_text="Entries.")


class AccountDaysSerializer(OutputSerializer):
    results = AccountDaySerializer(many=True)


class TrialBalanceQuery(QuerySerializer):
    asset = TextField(max_length=12, help_text="The code of a currency or another asset.")
    on = DayField(required=False, help_text="Value date, at the end of this day; today (UTC) when absent.")


class TrialLineSerializer(OutputSerializer):
    code = TextField()
    name = TextField()
    balance = MoneyField(help_text="Credit positive.")
    accounts = WholeField(help_text="Accounts that have moved.")


class TrialBalanceSerializer(OutputSerializer):
    asset = TextField()
    on = DayField()
    lines = TrialLineSerializer(many=True, help_text="In the order of their codes.")
    debit = MoneyField(help_text="All debit balances; as much as the credit ones.")
    credit = MoneyField()


class HeadSerializer(OutputSerializer):
    seq = WholeField(help_text="Number of the newest block; 0 before the first.")
    hash = HashField(help_text="Empty before the first block.")
    sealed_at = InstantField(allow_null=True)
    unsealed = WholeField(help_text="Transactions that wait to be sealed.")
    lag_s = WholeField(help_text="Seconds that the oldest of them has waited.")


class BlockSerializer(OutputSerializer):
    id = IdField(prefix="lbk", source="pk")
    seq = WholeField()
    format = WholeField()
    epoch = WholeField()
    xid_from = WholeField(help_text="First database transaction.")
    xid_to = WholeField(help_text="First one after it.")
    count = WholeField(help_text="Rows.")
    top = HashField(source="root", help_text="Of the tree over its rows.")
    prev_hash = HashField()
    hash = HashField()
    sealed_at = InstantField()


class AnchorSerializer(OutputSerializer):
    id = IdField(prefix="lan", source="pk")
    seq = WholeField(help_text="Number of the block that was the head.")
    place = TextField(help_text="Its file in the folder of anchors.")
    at = InstantField()
