"""What somebody was told: the inbox, numbered without a gap."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Eternal, Operational
from apps.core.fields import EncryptedText
from apps.notifications.models.recipients import Recipient


class InboxHead(Operational):
    """The last number and the unread count of one inbox; rebuilt from Notification. Its lock orders the inbox."""

    id_prefix = "inb"
    lock_rank = 90
    changing = ("last_seq", "unread")

    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="heads")
    last_seq = models.BigIntegerField(default=0)
    unread = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("inbox")
        verbose_name_plural = _("inboxes")
        constraints = (
            Eternal("recipient", name="notifications_inboxhead_recipient", reason="one inbox a recipient"),
            models.CheckConstraint(
                condition=models.Q(unread__gte=0, unread__lte=models.F("last_seq")),
                name="notifications_inboxhead_unread",
            ),
        )

    class Privacy:
        internal = ("recipient", "last_seq", "unread")

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.last_seq}"


class Notification(Operational):
    """One message in an inbox, a fact and its own source but for the mark of reading.

    Its texts stay as they were written that day.
    """

    id_prefix = "ntf"
    lock_rank = 91
    changing = ("read_at",)

    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="notifications")
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    subject = models.CharField(max_length=80, help_text=_("Typed id of the thing that the message is about."))
    locale = models.CharField(max_length=35)
    title_sealed = EncryptedText(max_bytes=1_000)
    body_sealed = EncryptedText(max_bytes=8_000)
    params_sealed = EncryptedText(max_bytes=8_000)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = (
            Eternal("recipient", "seq", name="notifications_notification_seq", reason="the place in the inbox"),
            Eternal(
                "recipient", "key", name="notifications_notification_key", reason="one event is told once to a person"
            ),
        )
        indexes = (
            # Unread messages of an inbox; the others are found by the place in it.
            models.Index(
                fields=["recipient", "seq"],
                name="notifications_unread",
                condition=models.Q(read_at__isnull=True),
            ),
            # What was told about a thing.
            models.Index(fields=["subject", "id"], name="notifications_subject"),
        )

    class Privacy:
        internal = ("recipient", "seq", "kind", "key", "subject", "locale", "created_at", "read_at")
        personal = ("title_sealed", "body_sealed", "params_sealed")

    def __str__(self) -> str:
        return f"{self.kind} {self.seq}"
