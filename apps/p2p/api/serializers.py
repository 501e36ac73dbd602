"""Bodies of transfers."""

from typing import Final

from apps.accounts.enums import Direction, Window
from apps.core.api.fields import CodeField, IdField, InstantField, MoneyField, TextField, WholeField
from apps.core.api.items import ItemsField, ProblemField
from apps.core.api.serializers import InputSerializer, OutputSerializer, PageQuery
from apps.p2p.enums import ItemStatus, TransferKind, TransferStatus
from apps.p2p.models.transfers import NOTE_LENGTH

ITEMS_MAX: Final = 1_000
"""Items of the largest batch."""


class PayeeSerializer(InputSerializer):
    email = TextField(max_length=254, help_text="An address that the payee has verified, in any case.")


class NewTransferSerializer(InputSerializer):
    wallet = IdField(prefix="wal", help_text="The wallet that pays.")
    payee = PayeeSerializer()
    money = MoneyField(is_positive=True)
    note = TextField(
        max_length=NOTE_LENGTH, required=False, allow_blank=True, default="", help_text="Read by both, by nobody else."
    )


class BatchItemSerializer(NewTransferSerializer):
    key = TextField(
        max_length=255,
        help_text="The caller's own, of visible ASCII characters: once a key an item is carried out, in any batch.",
    )


class NewBatchSerializer(InputSerializer):
    items = ItemsField(
        child=BatchItemSerializer(),
        min_length=1,
        max_length=ITEMS_MAX,
        help_text="Sent one after the other. One that is refused costs the others nothing.",
    )


class ItemResultSerializer(OutputSerializer):
    status = CodeField(choices=ItemStatus.choices)
    transfer = IdField(prefix="trf", allow_null=True)
    problem = ProblemField(allow_null=True, help_text="Why the item was refused; its key may be used again.")


class BatchSerializer(OutputSerializer):
    results = ItemResultSerializer(many=True, help_text="One for each item, in their order.")


class TransfersQuery(PageQuery):
    direction = CodeField(choices=Direction.choices, required=False, help_text="Only what came in, or went out.")


class TransferSerializer(OutputSerializer):
    id = IdField(prefix="trf")
    kind = CodeField(choices=TransferKind.choices)
    direction = CodeField(choices=Direction.choices, help_text="As the caller sees it.")
    wallet = IdField(prefix="wal", help_text="The caller's own.")
    counterparty = TextField(help_text="Display name of the other customer; empty where it was erased.")
    money = MoneyField()
    note = TextField()
    status = CodeField(choices=TransferStatus.choices)
    created_at = InstantField()
    reversed_at = InstantField(allow_null=True)
    version = WholeField()


class BlockedSerializer(OutputSerializer):
    window = CodeField(choices=Window.choices)
    limit = MoneyField(allow_null=True)
    used = MoneyField()
    resets_at = InstantField(allow_null=True, help_text="When the transfer would fit; none where it never does.")


class PreviewSerializer(OutputSerializer):
    counterparty = TextField(
        allow_null=True,
        help_text="Display name of the payee. None whenever it is not told: for who cannot receive, and after the "
        "look-ups of a day.",
    )
    money = MoneyField()
    fee = MoneyField()
    available_after = MoneyField(help_text="Below zero for what is missing.")
    blocked_by = BlockedSerializer(allow_null=True, help_text="The limit that the transfer would pass.")


class ReversalSerializer(InputSerializer):
    reason = TextField(max_length=40, help_text="A code of the dictionary `p2p.transfer.reverse`.")


class StaffTransferSerializer(OutputSerializer):
    id = IdField(prefix="trf", source="pk")
    kind = CodeField(choices=TransferKind.choices)
    sender = IdField(prefix="cus", source="sender_id")
    sender_wallet = IdField(prefix="wal", source="sender_wallet_id")
    receiver = IdField(prefix="cus", source="receiver_id")
    receiver_wallet = IdField(prefix="wal", source="receiver_wallet_id")
    money = MoneyField()
    status = CodeField(choices=TransferStatus.choices)
    created_at = InstantField()
    reversed_at = InstantField(allow_null=True)
    version = WholeField()
