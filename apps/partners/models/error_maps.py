"""What partners' codes mean, as dated rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Eternal, Kept
from apps.partners.enums import ErrorClass


class PartnerErrorMap(Kept):
    """What one code of a partner means between two days; empty `operation` and `code` and status 0 stand for any.

    `user_message` is the code that customers are told instead of the partner's own.
    """

    id_prefix = "pem"
    lock_rank = 9

    connector = models.CharField(max_length=40)
    operation = models.CharField(max_length=60, blank=True)
    http_status = models.SmallIntegerField(default=0)
    code = models.CharField(max_length=80, blank=True)
    verdict = Code(ErrorClass)
    user_message = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("meaning of a partner's code")
        verbose_name_plural = _("meanings of partners' codes")
        constraints = (
            Eternal(
                *("connector", "operation", "http_status", "code", "valid_from"),
                name="partners_partnererrormap_once",
                reason="one meaning at a time",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="partners_partnererrormap_period",
            ),
        )

    class Privacy:
        internal = (
            *("connector", "operation", "http_status", "code", "verdict", "user_message", "valid_from", "valid_to"),
        )

    def __str__(self) -> str:
        return f"{self.connector} {self.code or self.http_status}: {self.verdict}"
