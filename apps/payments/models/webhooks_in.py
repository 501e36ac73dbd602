"""What partners tell by themselves, kept before anything follows from it."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Eternal, Log
from apps.core.fields import EncryptedText
from apps.payments.enums import AnomalyReason, InboxResult

BODY_MAX_BYTES = 1024 * 1024


class WebhookInbox(Log):
    """A signed event of a partner: kept once for its id, whatever follows.

    The body is sealed as it came; `reference` is our typed id in it, where it has one.
    """

    id_prefix = "whi"
    lock_rank = 63
    once: ClassVar[tuple[str, ...]] = ("processed_at", "result")

    partner = models.CharField(max_length=40)
    environment = models.CharField(max_length=20)
    event_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=100)
    object_ref = models.CharField(max_length=100, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    body_sealed: Any = EncryptedText(max_bytes=BODY_MAX_BYTES)
    body_sha256 = models.BinaryField(max_length=32)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)
    result = Code(InboxResult, null=True, blank=True)

    class Meta:
        verbose_name = _("event of a partner")
        verbose_name_plural = _("events of partners")
        constraints = (
            Eternal(
                *("partner", "environment", "event_id"),
                name="payments_webhookinbox_event",
                reason="an event is acted on once, however often it is delivered",
            ),
            models.CheckConstraint(
                condition=models.Q(processed_at__isnull=True, result__isnull=True)
                | models.Q(processed_at__isnull=False, result__isnull=False),
                name="payments_webhookinbox_processed",
            ),
        )
        indexes = (
            # What was told about one thing.
            models.Index(fields=["reference", "id"], name="payments_inbox_reference"),
        )

    class Privacy:
        internal = (
            *("partner", "environment", "event_id", "kind", "object_ref", "reference"),
            *("body_sha256", "received_at", "processed_at", "result"),
        )
        personal = ("body_sealed",)

    def __str__(self) -> str:
        return f"{self.partner} {self.kind}"


class InboundAnomaly(Log):
    """Something from outside that did not fit: kept for a person to look at, never told to the partner."""

    id_prefix = "anm"
    lock_rank = 64

    inbox = models.ForeignKey(WebhookInbox, on_delete=models.PROTECT, related_name="anomalies", null=True, blank=True)
    attempt_ref = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=80)
    from_status = models.CharField(max_length=32, blank=True)
    wanted = models.CharField(max_length=100, blank=True)
    reason = Code(AnomalyReason)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("anomaly")
        verbose_name_plural = _("anomalies")
        indexes = (
            # What did not fit with one thing.
            models.Index(fields=["subject", "id"], name="payments_anomaly_subject"),
        )

    class Privacy:
        internal = ("inbox", "attempt_ref", "subject", "from_status", "wanted", "reason", "at")

    def __str__(self) -> str:
        return f"{self.subject} {self.reason}"
