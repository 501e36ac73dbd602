"""Accounts, the hot row of each, and every change of its bounds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Eternal, Kept, Log, Status
from apps.ledger.enums import AccountStatus
from apps.ledger.models.assets import Asset, GlCode
from apps.ledger.models.hot import HotRow, LastInstant, TransactionId, fixed


class Account(Kept):
    """One account: a code, an asset, and an owner: an opaque typed id, empty for the house.

    `no`, the key of the hot rows, never leaves the ledger. `pending_of` names the account whose money, recognised and
    not yet usable, this one keeps.
    """

    id_prefix = "lac"
    lock_rank = 100

    no = models.BigIntegerField(editable=False)
    gl_code = models.ForeignKey(GlCode, on_delete=models.PROTECT, related_name="accounts")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="accounts")
    owner_ref = models.CharField(max_length=80, blank=True)
    qualifier = models.CharField(max_length=40, blank=True)
    pending_of = models.ForeignKey("self", on_delete=models.PROTECT, related_name="pending", null=True, blank=True)
    status = Status(AccountStatus, default=AccountStatus.ACTIVE)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("ledger account")
        verbose_name_plural = _("ledger accounts")
        constraints = (
            Eternal("no", name="ledger_account_no", reason="the key of the hot rows"),
            Eternal(
                "gl_code",
                "owner_ref",
                "qualifier",
                "asset",
                name="ledger_account_purpose",
                reason="one account a purpose",
            ),
            models.CheckConstraint(
                condition=models.Q(status="closed", closed_on__isnull=False)
                | (~models.Q(status="closed") & models.Q(closed_on__isnull=True)),
                name="ledger_account_closed_on",
            ),
        )
        indexes = (
            # An owner's accounts; the unique rule starts with the code.
            models.Index(fields=["owner_ref", "id"], name="ledger_account_owner"),
        )
        triggers = (fixed("no", "gl_code", "asset", "owner_ref", "qualifier", "pending_of", "opened_on"),)

    class Privacy:
        internal = [
            "no",
            "gl_code",
            "asset",
            "owner_ref",
            "qualifier",
            "pending_of",
            "status",
            "opened_on",
            "closed_on",
        ]

    def __str__(self) -> str:
        return self.ref


class Balance(HotRow):
    """The hot row of an account; rebuilt from Entry.

    `posted` is signed (credit positive), `held` the reserved part, `posted - held` what is available. `flags` are the
    bits of `enums.Flag`.
    """

    account_id = models.BigIntegerField(primary_key=True)
    posted = models.BigIntegerField(db_default=0)
    held = models.BigIntegerField(db_default=0)
    floor = models.BigIntegerField(null=True)
    ceiling = models.BigIntegerField(null=True)
    version = models.BigIntegerField(db_default=0)
    last_at = LastInstant()
    flags = models.SmallIntegerField(db_default=0)
    limit_profile = models.SmallIntegerField(null=True)
    asset = models.TextField()

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")

    class Privacy:
        internal = [
            "account_id",
            "posted",
            "held",
            "floor",
            "ceiling",
            "version",
            "last_at",
            "flags",
            "limit_profile",
            "asset",
        ]

    def __str__(self) -> str:
        return f"{self.posted} {self.asset}"


class BoundsChange(Log):
    """The opening of an account, and each change of its floor, ceiling or flags, with the version that it met."""

    id_prefix = "bch"
    lock_rank = 100

    epoch = models.SmallIntegerField(db_default=1, editable=False)
    xid = TransactionId(db_default=models.Func(function="pg_current_xact_id"), editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="bounds_changes")
    at_version = models.BigIntegerField()
    floor = models.BigIntegerField(null=True)
    ceiling = models.BigIntegerField(null=True)
    flags = models.SmallIntegerField()
    reason_code = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of bounds")
        verbose_name_plural = _("changes of bounds")
        indexes = (
            # Sealing reads a range of finished transactions.
            models.Index(fields=["epoch", "xid"], name="ledger_boundschange_sealing"),
        )

    class Privacy:
        internal = ["epoch", "xid", "account", "at_version", "floor", "ceiling", "flags", "reason_code", "actor", "at"]

    def __str__(self) -> str:
        return f"{self.reason_code} {self.account_id}"
