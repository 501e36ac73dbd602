"""Money that customers bring in from their cards."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Eternal, Kept, Status
from apps.core.fields import EncryptedText
from apps.core.money import CODE_FORM, Money
from apps.payments.enums import OPEN, TopUpStatus


class TopUp(Kept):
    """Money taken from a card into a wallet: reserved first, then asked for, then credited once.

    `partner_ref` is the partner's id of the payment, `ledger_txn` the transaction in the books, `decline_code` what the
    customer is told when there is none. `next_check_at` is when an open one is looked at again, `checks` how often that
    has happened; `not_before` is the earliest instant of its next charge, where the partner named one;
    `escalated_at` is since when people look at it. `client_secret_sealed` lets the customer confirm the payment with
    the card's bank, until `action_expires_at`.
    """

    id_prefix = "top"
    lock_rank = 60
    may_outlive = {"payment_method": "a payment keeps the card that it came from"}

    customer = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+")
    wallet = models.ForeignKey("accounts.Wallet", on_delete=models.PROTECT, related_name="+")
    payment_method = models.ForeignKey("payments.PaymentMethod", on_delete=models.PROTECT, related_name="top_ups")
    release_policy = models.ForeignKey("payments.ReleasePolicy", on_delete=models.PROTECT, related_name="+")
    connector = models.CharField(max_length=40)
    environment = models.CharField(max_length=20)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=12)
    status = Status(TopUpStatus, default=TopUpStatus.CREATED)
    partner_ref = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001 - NULL until the partner names it
    ledger_txn = models.UUIDField(null=True, blank=True)
    decline_code = models.CharField(max_length=80, blank=True)
    next_check_at = models.DateTimeField(null=True, blank=True)
    checks = models.SmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    client_secret_sealed: Any = EncryptedText(max_bytes=300, null=True, blank=True)
    action_expires_at = models.DateTimeField(null=True, blank=True)
    requires_action_at = models.DateTimeField(null=True, blank=True)
    processing_at = models.DateTimeField(null=True, blank=True)
    unknown_at = models.DateTimeField(null=True, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    canceled_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("top-up")
        verbose_name_plural = _("top-ups")
        constraints = (
            Eternal(
                *("connector", "environment", "partner_ref"),
                name="payments_topup_partner_ref",
                reason="a partner's payment is credited for one top-up",
            ),
            Eternal("ledger_txn", name="payments_topup_ledger_txn", reason="a transaction in the books has one origin"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payments_topup_amount"),
            models.CheckConstraint(condition=models.Q(currency__regex=CODE_FORM), name="payments_topup_currency"),
            models.CheckConstraint(
                condition=models.Q(status="captured", ledger_txn__isnull=False, partner_ref__isnull=False)
                | (~models.Q(status="captured") & models.Q(ledger_txn__isnull=True)),
                name="payments_topup_captured",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=("declined", "failed")) ^ models.Q(decline_code=""),
                name="payments_topup_decline",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=OPEN, next_check_at__isnull=False)
                | (~models.Q(status__in=OPEN) & models.Q(next_check_at__isnull=True)),
                name="payments_topup_next_check",
            ),
            models.CheckConstraint(
                condition=models.Q(not_before__isnull=True) | models.Q(status__in=("created", "unknown")),
                name="payments_topup_not_before",
            ),
            models.CheckConstraint(
                condition=models.Q(escalated_at__isnull=True) | models.Q(status="unknown"),
                name="payments_topup_escalated",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status="requires_action", client_secret_sealed__isnull=False, action_expires_at__isnull=False
                )
                | ~models.Q(status="requires_action")
                & models.Q(client_secret_sealed__isnull=True, action_expires_at__isnull=True),
                name="payments_topup_action",
            ),
        )
        indexes = (
            # What a customer has brought in.
            models.Index(fields=["customer", "id"], name="payments_topup_customer"),
            # What is looked at again.
            models.Index(
                fields=["next_check_at"],
                name="payments_topup_due",
                condition=models.Q(status__in=OPEN),
            ),
            # What people are to look at.
            models.Index(
                fields=["unknown_at"],
                name="payments_topup_overdue",
                condition=models.Q(status="unknown", escalated_at__isnull=True),
            ),
        )

    class Privacy:
        internal = (
            *("customer", "wallet", "payment_method", "release_policy", "connector", "environment"),
            *("amount", "currency", "status", "partner_ref", "ledger_txn", "decline_code", "next_check_at", "checks"),
            *("not_before", "escalated_at", "action_expires_at", "requires_action_at", "processing_at"),
            *("unknown_at", "captured_at", "declined_at", "canceled_at", "failed_at"),
        )
        personal = ("client_secret_sealed",)

    def __str__(self) -> str:
        return f"{self.ref} {self.status}"

    @property
    def money(self) -> Money:
        """Return what is brought in."""
        return Money(self.amount, self.currency)
