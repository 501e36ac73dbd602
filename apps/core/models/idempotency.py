"""Keys under which a request was carried out once, and the answer that it got."""

from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Eternal, Operational
from apps.core.fields import EncryptedText, Fingerprint

ANSWER_BYTES: Final = 1_048_576
"""UTF-8 bytes of the longest answer that is kept: headers and body as JSON."""


class IdempotencyKey(Operational):
    """The first answer to a keyed request; its effects, their audit events among them, are rows of their own.

    Keys never expire, because a late repetition must not pay twice. An answer holds names and notes of several people:
    it is sealed, under a key of the processes, and blanked after 30 days.
    """

    id_prefix = "idk"
    lock_rank = 0
    changing = ("status_code", "answer_sealed", "subject", "trimmed_at")

    scope = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    request_hash = Fingerprint()
    status_code = models.SmallIntegerField(null=True, blank=True)
    answer_sealed: Any = EncryptedText(max_bytes=ANSWER_BYTES, null=True, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    trimmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = (
            Eternal("scope", "key", name="core_idempotencykey_scope", reason="a late repetition must not pay twice"),
        )
        indexes = (
            # The daily trimming finds the answers that are still kept.
            models.Index(
                fields=["created_at"], name="core_idempotencykey_kept", condition=models.Q(trimmed_at__isnull=True)
            ),
        )

    class Privacy:
        internal = ("scope", "key", "request_hash", "status_code", "subject", "created_at", "trimmed_at")
        personal = ("answer_sealed",)

    def __str__(self) -> str:
        return self.key
