"""Tiers, what each allows, and what customers have used of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import Direction, Operation, Window
from apps.core.base import Code, Eternal, Kept, Log, Operational


class Tier(Kept):
    """How well a customer is known, and so how much they may do. Higher rank, more."""

    id_prefix = "tie"
    lock_rank = 84

    code = models.CharField(max_length=20)
    rank = models.SmallIntegerField()
    name = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        constraints = (
            Eternal("code", name="accounts_tier_code", reason="a code means one tier for ever"),
            Eternal("rank", name="accounts_tier_rank", reason="tiers stand one above another"),
        )

    class Privacy:
        public = ("code", "rank", "name")

    def __str__(self) -> str:
        return self.code


class TierLimit(Kept):
    """The most that an operation may move in one currency within a window; NULL is no bound."""

    id_prefix = "tlm"
    lock_rank = 84

    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="limits")
    operation = Code(Operation)
    direction = Code(Direction)
    currency = models.CharField(max_length=12)
    window = Code(Window)
    max_amount = models.BigIntegerField(null=True, blank=True)
    max_count = models.IntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("limit of a tier")
        verbose_name_plural = _("limits of tiers")
        constraints = (
            Eternal(
                *("tier", "operation", "direction", "currency", "window"),
                name="accounts_tierlimit_window",
                reason="one bound a window",
            ),
            models.CheckConstraint(
                condition=models.Q(max_amount__gte=0) | models.Q(max_count__gte=0), name="accounts_tierlimit_bounds"
            ),
        )

    class Privacy:
        public = ("tier", "operation", "direction", "currency", "window", "max_amount", "max_count")

    def __str__(self) -> str:
        return f"{self.operation} {self.window}"


class LimitUsage(Operational):
    """What a customer has used of a window, rebuilt from LimitUsageEntry. The lifetime row is the mutex of all.

    `window_key` is the local date of a day, `opens_at` the instant at which it began.
    """

    id_prefix = "lus"
    lock_rank = 85
    changing = ("used_amount", "used_count")

    customer = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+")
    operation = Code(Operation)
    direction = Code(Direction)
    window = Code(Window)
    window_key = models.CharField(max_length=10, blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    currency = models.CharField(max_length=12)
    used_amount = models.BigIntegerField(default=0)
    used_count = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("used limit")
        verbose_name_plural = _("used limits")
        constraints = (
            Eternal(
                *("customer", "operation", "direction", "currency", "window", "window_key"),
                name="accounts_limitusage_window",
                reason="the row that concurrent acts meet on",
            ),
            models.CheckConstraint(
                condition=models.Q(used_amount__gte=0, used_count__gte=0), name="accounts_limitusage_not_negative"
            ),
        )

    class Privacy:
        internal = (
            *("customer", "operation", "direction", "window", "window_key"),
            *("opens_at", "currency", "used_amount", "used_count"),
        )

    def __str__(self) -> str:
        return f"{self.operation} {self.window} {self.window_key}"


class LimitUsageEntry(Log):
    """One act's share of a window, or its return; `releases` names the entry that is given back."""

    id_prefix = "lue"
    lock_rank = 85

    usage = models.ForeignKey(LimitUsage, on_delete=models.PROTECT, related_name="entries")
    subject = models.CharField(max_length=40)
    delta_amount = models.BigIntegerField()
    delta_count = models.IntegerField()
    at = models.DateTimeField()
    releases = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = _("entry of a used limit")
        verbose_name_plural = _("entries of used limits")
        constraints = (
            Eternal(
                *("usage", "subject", "releases"),
                name="accounts_limitusageentry_once",
                reason="an act counts once",
                nulls_distinct=False,
            ),
            Eternal("releases", name="accounts_limitusageentry_release", reason="an act is given back once"),
        )
        indexes = (
            # Sums over the last days, and what an act had used.
            models.Index(fields=["usage", "at"], name="accounts_limitusageentry_at"),
            models.Index(fields=["subject"], name="accounts_limitusageentry_subj"),
        )

    class Privacy:
        internal = ("usage", "subject", "delta_amount", "delta_count", "at", "releases")

    def __str__(self) -> str:
        return f"{self.delta_amount} {self.subject}"
