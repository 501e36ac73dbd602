"""Sums by day that the follower derives from sealed entries."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.ledger.models.hot import HotRow


class BalanceDay(HotRow):
    """What the sealed entries of an account moved with one value date; rebuilt from Entry. Sums by it are balances."""

    pk = models.CompositePrimaryKey("account_id", "effective_on")
    account_id = models.BigIntegerField()
    effective_on = models.DateField()
    net = models.BigIntegerField()
    count = models.BigIntegerField()

    class Meta:
        verbose_name = _("movement of a day")
        verbose_name_plural = _("movements of days")

    class Privacy:
        internal = ("account_id", "effective_on", "net", "count")

    def __str__(self) -> str:
        return f"{self.effective_on} {self.net}"


class BalanceMark(HotRow):
    """The last sealed entry of an account on one booking day (UTC), and the balance after it; rebuilt from Entry."""

    pk = models.CompositePrimaryKey("account_id", "booked_on")
    account_id = models.BigIntegerField()
    booked_on = models.DateField()
    last_version = models.BigIntegerField()
    posted = models.BigIntegerField()

    class Meta:
        verbose_name = _("closing of a day")
        verbose_name_plural = _("closings of days")

    class Privacy:
        internal = ("account_id", "booked_on", "last_version", "posted")

    def __str__(self) -> str:
        return f"{self.booked_on} {self.posted}"
