"""Customers and how others see them."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import CustomerKind, CustomerStatus
from apps.core.base import Code, Eternal, Kept, Status
from apps.core.fields import EncryptedText


class Customer(Kept):
    """Somebody who keeps money here.

    `legal_name_sealed` and `born_on_sealed` are the facts in force; their versions with sources are compliance's.
    """

    id_prefix = "cus"
    lock_rank = 80

    kind = Code(CustomerKind)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    legal_name_sealed: Any = EncryptedText(max_bytes=800)
    born_on_sealed: Any = EncryptedText(max_bytes=10, null=True, blank=True)
    country = models.CharField(max_length=2)
    locale = models.CharField(max_length=12, default="en")
    tz = models.CharField(max_length=40, default="UTC")
    status = Status(CustomerStatus, default=CustomerStatus.PROSPECT)
    tier = models.ForeignKey("accounts.Tier", on_delete=models.PROTECT, related_name="+")
    receiving_wallet = models.ForeignKey(
        "accounts.Wallet", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    active_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = (
            Eternal("user", name="accounts_customer_user", reason="a login is one customer for ever"),
            models.CheckConstraint(condition=models.Q(country__regex="^[A-Z]{2}$"), name="accounts_customer_country"),
        )

    class Privacy:
        internal = (
            *("kind", "user", "country", "locale", "tz", "status", "tier"),
            *("receiving_wallet", "active_at", "frozen_at", "closed_at"),
        )
        personal = ("legal_name_sealed", "born_on_sealed")

    def __str__(self) -> str:
        return self.ref


class Profile(Kept):
    """How other customers see one."""

    id_prefix = "prf"
    lock_rank = 87

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="profiles")
    display_name_sealed: Any = EncryptedText(max_bytes=320)

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = (Eternal("customer", name="accounts_profile_customer", reason="one profile a customer"),)

    class Privacy:
        internal = ("customer",)
        personal = ("display_name_sealed",)

    def __str__(self) -> str:
        return self.ref
