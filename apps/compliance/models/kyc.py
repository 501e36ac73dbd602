"""Who somebody is: what they say, what they show, and what was asked for besides.

Sealed values and images are under the customer's data key, so an erasure makes them unreadable.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import CustomerKind
from apps.compliance.enums import UNDECIDED, ApplicationStatus, DocumentKind, MediaType, RequestStatus
from apps.core.base import Code, Domain, Kept, Live, Status, WhileState
from apps.core.fields import EncryptedText, Fingerprint


class KycApplication(Kept):
    """A customer's request for a tier, with the facts they state. Address and number are JSON inside their seal."""

    id_prefix = "kyc"
    lock_rank = 71

    customer = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+")
    kind = Code(CustomerKind)
    target_tier = models.CharField(max_length=20)
    status = Status(ApplicationStatus, default=ApplicationStatus.DRAFT)
    legal_name_sealed: Any = EncryptedText(max_bytes=800, null=True, blank=True)
    born_on_sealed: Any = EncryptedText(max_bytes=10, null=True, blank=True)
    nationality_sealed: Any = EncryptedText(max_bytes=2, null=True, blank=True)
    address_sealed: Any = EncryptedText(max_bytes=4_000, null=True, blank=True)
    id_number_sealed: Any = EncryptedText(max_bytes=400, null=True, blank=True)
    # Equal numbers of two customers are one human, or one fraud.
    id_number_fp: Any = Fingerprint(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reasons = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        verbose_name = _("KYC application")
        verbose_name_plural = _("KYC applications")
        constraints = (
            WhileState(
                "customer", name="compliance_kycapplication_undecided", condition=models.Q(status__in=UNDECIDED)
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=UNDECIDED, decided_at__isnull=True)
                | ~models.Q(status__in=UNDECIDED) & models.Q(decided_at__isnull=False),
                name="compliance_kycapplication_decided",
            ),
            models.CheckConstraint(
                condition=models.Q(id_number_fp__isnull=True, id_number_sealed__isnull=True)
                | models.Q(id_number_fp__isnull=False, id_number_sealed__isnull=False),
                name="compliance_kycapplication_id_number",
            ),
        )
        indexes = (
            models.Index(fields=["status", "-id"], name="compliance_kyc_status"),
            models.Index(fields=["id_number_fp"], name="compliance_kyc_id_number"),
        )

    class Privacy:
        internal = ("customer", "kind", "target_tier", "status", "submitted_at", "decided_at", "decision_reasons")
        personal = (
            *("legal_name_sealed", "born_on_sealed", "nationality_sealed", "address_sealed"),
            *("id_number_sealed", "id_number_fp"),
        )

    def __str__(self) -> str:
        return self.ref


class Document(Domain):
    """An image of an application, decoded and written anew without metadata, sealed in the blob store.

    `sha256` is of the file as it came, which is not kept; a redacted document keeps hash, kind and decision.
    """

    id_prefix = "doc"
    lock_rank = 72

    application = models.ForeignKey(KycApplication, on_delete=models.PROTECT, related_name="documents")
    kind = Code(DocumentKind)
    media_type = Code(MediaType)
    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    width = models.IntegerField()
    height = models.IntegerField()
    view_key = models.CharField(max_length=80)
    redacted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = (Live("application", "sha256", name="compliance_document_once"),)

    class Privacy:
        internal = (
            *("application", "kind", "media_type", "sha256", "size", "width", "height"),
            *("view_key", "redacted_at"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class InformationRequest(Kept):
    """What a reviewer asked the customer for, and until when; the next submission answers it."""

    id_prefix = "irq"
    lock_rank = 73

    application = models.ForeignKey(KycApplication, on_delete=models.PROTECT, related_name="requests")
    items = ArrayField(models.CharField(max_length=40))
    status = Status(RequestStatus, default=RequestStatus.OPEN)
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("request for information")
        verbose_name_plural = _("requests for information")
        constraints = (
            WhileState(
                "application",
                name="compliance_informationrequest_open",
                condition=models.Q(status=RequestStatus.OPEN),
            ),
        )

    class Privacy:
        internal = ("application", "items", "status", "due_at", "answered_at")

    def __str__(self) -> str:
        return f"{self.ref} {self.status}"
