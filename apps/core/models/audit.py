"""What happened, who did it, and the chain of blocks that proves nothing of it was altered."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Eternal, Log
from apps.core.fields import Fingerprint


class TransactionId(models.BigIntegerField[int, int]):
    """PostgreSQL's 64-bit transaction id; the database fills it in."""

    def db_type(self, connection: object) -> str:
        """Return the column's type."""
        del connection
        return "xid8"

    def from_db_value(self, value: str | int | None, *_rest: object) -> int | None:
        """Return a plain number."""
        return None if value is None else int(value)


class AuditEvent(Log):
    """One act, denial or sensitive read.

    Partitioned by month; `epoch` and `xid` order the sealing, and the database fills them in.
    There are no foreign keys: removing or restricting live data never blocks or loses the log.
    """

    id_prefix = "evt"
    lock_rank = 3
    partitioned = True

    epoch = models.SmallIntegerField(db_default=1, editable=False)
    xid = TransactionId(editable=False, db_default=models.Func(function="pg_current_xact_id"))
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(editable=False, db_default=models.Func(function="clock_timestamp"))
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120, blank=True)
    human_id = models.CharField(max_length=40, blank=True)
    on_behalf_of = models.CharField(max_length=40, blank=True)
    roles = ArrayField(models.CharField(max_length=40), default=list)
    door = models.CharField(max_length=12)
    login_ref = models.CharField(max_length=80, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    action = models.CharField(max_length=80)
    command = models.CharField(max_length=80, blank=True)
    subject = models.CharField(max_length=80)
    subject_label = models.CharField(max_length=120, blank=True)
    customer_ref = models.CharField(max_length=40, blank=True)
    related = ArrayField(models.CharField(max_length=80), default=list)
    outcome = models.CharField(max_length=8)
    reason_code = models.CharField(max_length=40, blank=True)
    reason_text = models.CharField(max_length=500, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    data = models.JSONField(null=True)
    clearance = models.CharField(max_length=20, blank=True)
    digest = Fingerprint()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(outcome__in=["done", "denied", "failed"]), name="core_auditevent_outcome"
            ),
        )
        indexes = (
            # Sealing reads a range of finished transactions.
            models.Index(fields=["epoch", "xid", "id"], name="core_auditevent_sealing"),
            models.Index(fields=["subject", "id"], name="core_auditevent_subject"),
            models.Index(fields=["customer_ref", "id"], name="core_auditevent_customer"),
            models.Index(fields=["actor_id", "id"], name="core_auditevent_actor"),
            models.Index(fields=["action", "id"], name="core_auditevent_action"),
        )

    class Privacy:
        internal = (
            *("epoch", "xid", "at", "recorded_at", "actor_kind", "actor_id", "actor_label", "human_id", "on_behalf_of"),
            *("roles", "door", "login_ref", "action", "command", "subject", "subject_label", "customer_ref", "related"),
            *("outcome", "reason_code", "reason_text", "request_id", "before", "after", "data", "clearance", "digest"),
        )
        personal = ("ip",)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class AuditBlock(Log):
    """A sealed range of audit events; its hash covers the previous block's."""

    id_prefix = "abk"
    lock_rank = 3
    once = ("anchored_at", "anchor_ref")

    seq = models.BigIntegerField()
    format = models.SmallIntegerField(default=1)
    epoch = models.SmallIntegerField()
    xid_from = models.BigIntegerField()
    xid_to = models.BigIntegerField()
    count = models.IntegerField()
    prev_hash = Fingerprint()
    hash = Fingerprint()
    sealed_at = models.DateTimeField()
    anchored_at = models.DateTimeField(null=True)
    anchor_ref = models.CharField(max_length=200, null=True)  # noqa: DJ001 - NULL until it is written once

    class Meta:
        verbose_name = _("audit block")
        verbose_name_plural = _("audit blocks")
        constraints = (Eternal("seq", name="core_auditblock_seq", reason="a gapless chain"),)

    class Privacy:
        internal = (
            *("seq", "format", "epoch", "xid_from", "xid_to", "count"),
            *("prev_hash", "hash", "sealed_at", "anchored_at", "anchor_ref"),
        )

    def __str__(self) -> str:
        return f"block {self.seq}"
