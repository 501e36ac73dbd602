"""What customers pay with. No card number ever comes here: only the partner's token for one, sealed."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Domain, Eternal, Live, Status
from apps.core.fields import EncryptedText, Fingerprint
from apps.payments.enums import MethodKind, MethodStatus


class PaymentMethod(Domain):
    """A card of a customer, kept by a partner under a token.

    `card_fp` is the fingerprint of the partner's fingerprint of the card: equal for equal cards. `partner_customer` is
    the partner's id of the customer. `number` counts the cards that the customer ever added, from 1.
    """

    id_prefix = "pme"
    lock_rank = 61

    customer = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+")
    number = models.IntegerField()
    kind = Code(MethodKind, default=MethodKind.CARD)
    connector = models.CharField(max_length=40)
    environment = models.CharField(max_length=20)
    token_sealed: Any = EncryptedText(max_bytes=120)
    partner_customer = models.CharField(max_length=100, blank=True)
    card_fp = Fingerprint(null=True, blank=True)
    brand = models.CharField(max_length=20, blank=True)
    last4 = models.CharField(max_length=4, blank=True)
    exp_month = models.SmallIntegerField(null=True, blank=True)
    exp_year = models.SmallIntegerField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    status = Status(MethodStatus, default=MethodStatus.PENDING)
    refusal_code = models.CharField(max_length=40, blank=True)
    active_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")
        constraints = (
            Live(
                *("customer", "connector", "environment", "card_fp"),
                name="payments_paymentmethod_card",
                condition=models.Q(deleted_at__isnull=True, status="active"),
            ),
            Eternal(
                *("customer", "number"),
                name="payments_paymentmethod_number",
                reason="two cards that are added at once meet here, so that the count of a day holds",
            ),
            models.CheckConstraint(condition=models.Q(number__gt=0), name="payments_paymentmethod_number_positive"),
            models.CheckConstraint(
                condition=~models.Q(status="active")
                | models.Q(card_fp__isnull=False, exp_month__isnull=False, exp_year__isnull=False),
                name="payments_paymentmethod_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status="refused") ^ models.Q(refusal_code=""),
                name="payments_paymentmethod_refusal",
            ),
        )
        indexes = (
            # The methods of a customer.
            models.Index(fields=["customer", "id"], name="payments_method_customer"),
        )

    class Privacy:
        internal = (
            *("customer", "number", "kind", "connector", "environment", "partner_customer", "card_fp", "brand"),
            *("last4", "exp_month", "exp_year", "country", "status", "refusal_code", "active_at", "refused_at"),
        )
        personal = ("token_sealed",)

    def __str__(self) -> str:
        return f"{self.brand or self.kind} {self.last4}"
