"""How often a customer has asked for names behind addresses."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Eternal, Operational


class PayeeLookup(Operational):
    """A customer's look-ups of the present local day, rebuilt from the audit events `p2p.payee.look_up`.

    `day_key` is the local date, `opens_at` the instant at which that day began.
    """

    id_prefix = "plu"
    lock_rank = 51
    changing = ("day_key", "opens_at", "used")

    customer = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+")
    day_key = models.CharField(max_length=10)
    opens_at = models.DateTimeField()
    used = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("payee look-ups")
        verbose_name_plural = _("payee look-ups")
        constraints = (
            Eternal("customer", name="p2p_payeelookup_customer", reason="the row that a customer's look-ups meet on"),
            models.CheckConstraint(condition=models.Q(used__gte=0), name="p2p_payeelookup_not_negative"),
        )

    class Privacy:
        internal = ("customer", "day_key", "opens_at", "used")

    def __str__(self) -> str:
        return self.ref
