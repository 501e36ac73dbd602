"""Addresses of customers, and the plain words by which staff find them."""

import unicodedata
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import ContactKind
from apps.core import crypto
from apps.core.base import Code, Domain, Eternal, Live, Operational
from apps.core.fields import EncryptedText, Fingerprint


def normal_email(address: str) -> str:
    """Return the form in which addresses are compared: NFKC, lower case, without blanks around."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def email_fingerprint(address: str) -> bytes:
    """Return the fingerprint of an e-mail address as somebody writes it."""
    return crypto.fingerprint("email", normal_email(address))


class ContactPoint(Domain):
    """An address or number of a customer. A verified one belongs to nobody else; one of a kind is primary.

    `changed_at` opens the time in which a stolen number is suspected.
    """

    id_prefix = "ctp"
    lock_rank = 88

    customer = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="contact_points")
    kind = Code(ContactKind)
    value_sealed: Any = EncryptedText(max_bytes=254)
    value_fp = Fingerprint()
    is_primary = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        constraints = (
            Live(
                "kind",
                "value_fp",
                name="accounts_contactpoint_verified",
                condition=models.Q(deleted_at__isnull=True, verified_at__isnull=False),
            ),
            Live(
                "customer",
                "kind",
                name="accounts_contactpoint_primary",
                condition=models.Q(deleted_at__isnull=True, is_primary=True),
            ),
            models.CheckConstraint(
                condition=models.Q(is_primary=False) | models.Q(verified_at__isnull=False),
                name="accounts_contactpoint_primary_verified",
            ),
        )

    class Privacy:
        internal = ("customer", "kind", "is_primary", "verified_at", "changed_at")
        personal = ("value_sealed", "value_fp")

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class CustomerSearch(Operational):
    """What staff type to find a customer, in plain form; rebuilt from the sealed columns, blanked at erasure."""

    id_prefix = "csr"
    lock_rank = 89
    changing = ("legal_name", "display_name", "email", "phone")

    customer = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+")
    legal_name = models.CharField(max_length=200, blank=True)
    display_name = models.CharField(max_length=80, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("customer search")
        verbose_name_plural = _("customer search")
        constraints = (Eternal("customer", name="accounts_customersearch_customer", reason="one row a customer"),)
        indexes = (
            # Staff type any part of a name or of an address.
            GinIndex(OpClass(Upper("legal_name"), name="gin_trgm_ops"), name="accounts_customersearch_legal"),
            GinIndex(OpClass(Upper("display_name"), name="gin_trgm_ops"), name="accounts_customersearch_name"),
            GinIndex(OpClass(Upper("email"), name="gin_trgm_ops"), name="accounts_customersearch_email"),
        )

    class Privacy:
        internal = ("customer",)
        personal = ("legal_name", "display_name", "email", "phone")

    def __str__(self) -> str:
        return self.ref
