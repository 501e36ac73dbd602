"""What must follow from what happened: messages, and one delivery per handler."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Eternal, Log, Operational
from apps.core.enums import DeliveryState


class OutboxMessage(Log):
    """One piece of news: ids, codes and money, no personal data. Partitioned by month."""

    id_prefix = "obx"
    lock_rank = 2
    partitioned = True

    topic = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    customer_ref = models.CharField(max_length=40, blank=True)
    data = models.JSONField(default=dict)
    actor_id = models.CharField(max_length=80)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox messages")

    class Privacy:
        internal = ("topic", "subject", "customer_ref", "data", "actor_id", "request_id", "at")

    def __str__(self) -> str:
        return f"{self.topic} {self.subject}"


class OutboxDelivery(Operational):
    """One handler's share of a message; missing ones are rebuilt from OutboxMessage by `replay_outbox`."""

    id_prefix = "obd"
    lock_rank = 1
    changing = ("state", "attempts", "next_at", "lease_until", "last_error", "done_at")

    message_id = models.UUIDField()
    handler = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    state = Code(DeliveryState, default=DeliveryState.PENDING)
    attempts = models.SmallIntegerField(default=0)
    # Database time, as every lease: several processes must agree, and a unit's `at` may be of a shifted clock.
    next_at = models.DateTimeField(db_default=models.Func(function="now"))
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("outbox delivery")
        verbose_name_plural = _("outbox deliveries")
        constraints = (
            Eternal("message_id", "handler", name="core_outboxdelivery_once", reason="one delivery a handler"),
        )
        indexes = (
            # The dispatcher takes what is due.
            models.Index(fields=["next_at", "id"], name="core_outboxdelivery_due", condition=models.Q(state="pending")),
            # Leases that have ended are given back.
            models.Index(fields=["lease_until"], name="core_outboxdelivery_lease", condition=models.Q(state="running")),
            # Ordered handlers look for an earlier delivery of the same subject.
            models.Index(
                fields=["handler", "subject", "id"], name="core_outboxdelivery_order", condition=~models.Q(state="done")
            ),
        )

    class Privacy:
        internal = (
            *("message_id", "handler", "subject", "state", "attempts"),
            *("next_at", "lease_until", "last_error", "done_at"),
        )

    def __str__(self) -> str:
        return f"{self.handler} {self.state}"
