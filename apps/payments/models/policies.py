"""When taken money can be used, as dated rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Eternal, Kept
from apps.payments.enums import ReleaseMode


class ReleasePolicy(Kept):
    """When money that a partner has taken reaches the wallet, from one day until another."""

    id_prefix = "rlp"
    lock_rank = 62

    connector = models.CharField(max_length=40)
    mode = Code(ReleaseMode)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("release policy")
        verbose_name_plural = _("release policies")
        constraints = (
            Eternal("connector", "valid_from", name="payments_releasepolicy_day", reason="one policy begins a day"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="payments_releasepolicy_period",
            ),
        )

    class Privacy:
        internal = ("connector", "mode", "valid_from", "valid_to")

    def __str__(self) -> str:
        return f"{self.connector}: {self.mode}"
