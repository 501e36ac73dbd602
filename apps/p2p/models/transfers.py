"""Transfers between customers."""

from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Eternal, Kept, Status
from apps.core.fields import EncryptedText
from apps.core.money import CODE_FORM, Money
from apps.p2p.enums import TransferKind, TransferStatus

NOTE_LENGTH: Final = 280
"""Characters of the longest note."""


class Transfer(Kept):
    """Money that went from one customer's wallet to another's; `ledger_txn` is the transaction in the books.

    The note is the sender's: it is sealed under the sender's data key and goes with it.
    """

    id_prefix = "trf"
    lock_rank = 50

    kind = Code(TransferKind)
    sender = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+")
    sender_wallet = models.ForeignKey("accounts.Wallet", on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+")
    receiver_wallet = models.ForeignKey("accounts.Wallet", on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=12)
    note_sealed: Any = EncryptedText(max_bytes=4 * NOTE_LENGTH, null=True, blank=True)
    status = Status(TransferStatus, default=TransferStatus.COMPLETED)
    ledger_txn = models.UUIDField()
    reversed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = (
            Eternal("ledger_txn", name="p2p_transfer_ledger_txn", reason="a transaction in the books has one origin"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="p2p_transfer_positive"),
            models.CheckConstraint(condition=models.Q(currency__regex=CODE_FORM), name="p2p_transfer_currency_form"),
            models.CheckConstraint(
                condition=~models.Q(sender_wallet=models.F("receiver_wallet")), name="p2p_transfer_two_wallets"
            ),
            models.CheckConstraint(
                condition=models.Q(status="reversed", reversed_at__isnull=False)
                | models.Q(~models.Q(status="reversed"), reversed_at__isnull=True),
                name="p2p_transfer_reversed_at",
            ),
        )
        indexes = (
            # The list of a customer is merged from what they sent and what they received, newest first.
            models.Index(fields=["sender", "-id"], name="p2p_transfer_sender"),
            models.Index(fields=["receiver", "-id"], name="p2p_transfer_receiver"),
        )

    class Privacy:
        internal = (
            *("kind", "sender", "sender_wallet", "receiver", "receiver_wallet", "amount", "currency"),
            *("status", "ledger_txn", "reversed_at"),
        )
        personal = ("note_sealed",)

    def __str__(self) -> str:
        return self.ref

    @property
    def money(self) -> Money:
        """Return what was sent."""
        return Money(self.amount, self.currency)
