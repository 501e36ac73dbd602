"""How a message leaves the house, and each attempt at it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Eternal, Log, Operational, Status
from apps.core.fields import Fingerprint
from apps.notifications.enums import Channel, DeliveryState, Lane, Outcome, Reason
from apps.notifications.models.messages import Notification


class Delivery(Operational):
    """One message on one channel; its attempts are its event log. `next_at` and lease go by the database's clock."""

    id_prefix = "dlv"
    lock_rank = 92
    changing = ("state", "reason", "attempts", "next_at", "lease_until", "sent_at")

    notification = models.ForeignKey(Notification, on_delete=models.PROTECT, related_name="deliveries")
    channel = Code(Channel)
    lane = Code(Lane)
    state = Status(DeliveryState, default=DeliveryState.QUEUED)
    reason = Code(Reason, null=True, blank=True)
    attempts = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField(db_default=models.Func(function="now"))
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = (
            Eternal(
                "notification",
                "channel",
                name="notifications_delivery_once",
                reason="one delivery a message and channel",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sending", lease_until__isnull=False)
                | (~models.Q(state="sending") & models.Q(lease_until__isnull=True)),
                name="notifications_delivery_lease_held",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="notifications_delivery_sent_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="failed") | models.Q(reason__isnull=False),
                name="notifications_delivery_failed_why",
            ),
        )
        indexes = (
            # Workers take what is due in their lane.
            models.Index(
                fields=["lane", "next_at", "id"], name="notifications_delivery_due", condition=models.Q(state="queued")
            ),
            # Leases that have ended are given back.
            models.Index(
                fields=["lease_until"], name="notifications_delivery_lease", condition=models.Q(state="sending")
            ),
        )

    class Privacy:
        internal = (
            *("notification", "channel", "lane", "state", "reason"),
            *("attempts", "next_at", "lease_until", "sent_at"),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class DeliveryAttempt(Log):
    """What the mail server said to one attempt. A number that is missing was cut off before an answer was kept."""

    id_prefix = "dla"
    lock_rank = 94

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts_made")
    number = models.SmallIntegerField()
    outcome = Code(Outcome)
    smtp_code = models.SmallIntegerField(null=True)
    error_class = models.CharField(max_length=80, blank=True)
    latency_ms = models.IntegerField()
    address_fp = Fingerprint()
    recorded_at = models.DateTimeField(db_default=models.Func(function="statement_timestamp"), editable=False)

    class Meta:
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery attempts")
        constraints = (
            Eternal("delivery", "number", name="notifications_attempt_number", reason="attempts are counted"),
        )

    class Privacy:
        internal = (
            *("delivery", "number", "outcome", "smtp_code", "error_class"),
            *("latency_ms", "address_fp", "recorded_at"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"
