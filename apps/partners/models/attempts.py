"""Calls to partners: written before they are made, completed once."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Eternal, Log
from apps.partners.enums import OutcomeKind


class Attempt(Log):
    """One call over the wire: who is asked what about which subject, under which key, and what it came to.

    Prepared in the unit of the act that needs it, claimed by one worker, completed in the unit that acts on it.
    A repetition of the same call is a new row with the same key and the next `retry_no`.
    """

    id_prefix = "att"
    lock_rank = 7
    once: ClassVar[tuple[str, ...]] = (
        *("claimed_at", "lease_until", "finished_at", "outcome", "code", "http_status", "latency_ms"),
        *("partner_ref", "partner_request_id", "request_redacted", "response_redacted"),
    )

    connector = models.CharField(max_length=40)
    environment = models.CharField(max_length=20)
    operation = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    generation = models.SmallIntegerField()
    retry_no = models.SmallIntegerField(default=0)
    retry_of = models.ForeignKey("self", on_delete=models.PROTECT, related_name="retries", null=True, blank=True)
    idempotency_key = models.UUIDField()
    request_hash = models.BinaryField(max_length=32)
    prepared_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = Code(OutcomeKind, null=True, blank=True)
    code = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001 - NULL until it is finished
    http_status = models.SmallIntegerField(null=True, blank=True)
    latency_ms = models.IntegerField(null=True, blank=True)
    partner_ref = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001 - as above
    partner_request_id = models.CharField(max_length=255, null=True, blank=True)  # noqa: DJ001 - as above
    request_redacted = models.JSONField(null=True, blank=True)
    response_redacted = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("call to a partner")
        verbose_name_plural = _("calls to partners")
        constraints = (
            Eternal(
                *("connector", "environment", "operation", "idempotency_key", "retry_no"),
                name="partners_attempt_once",
                reason="one row for each call over the wire",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__isnull=True, code__isnull=True, finished_at__isnull=True)
                | models.Q(outcome__isnull=False, code__isnull=False, finished_at__isnull=False),
                name="partners_attempt_finished",
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_at__isnull=True, lease_until__isnull=True)
                | models.Q(claimed_at__isnull=False, lease_until__isnull=False),
                name="partners_attempt_claimed",
            ),
        )
        indexes = (
            # What was asked about one thing.
            models.Index(fields=["subject", "operation", "id"], name="partners_attempt_subject"),
        )

    class Privacy:
        internal = (
            *("connector", "environment", "operation", "subject", "generation", "retry_no", "retry_of"),
            *("idempotency_key", "request_hash", "prepared_at", "claimed_at", "lease_until", "finished_at"),
            *("outcome", "code", "http_status", "latency_ms", "partner_ref", "partner_request_id"),
            *("request_redacted", "response_redacted"),
        )

    def __str__(self) -> str:
        return f"{self.connector} {self.operation} {self.outcome or 'open'}"
