"""Reservations of money on an account, and every event of each."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Eternal, Log, Operational, Status
from apps.ledger.enums import HoldAct, HoldKind, HoldStatus
from apps.ledger.models.hot import TransactionId

BPS = 10_000


class Hold(Operational):
    """Money of an account that is promised and not yet moved; rebuilt from HoldEvent.

    `amount` is what is authorised by now; `captured` counts all captures, `over_captured` their part above what was
    left, which may be `tolerance_bps` of the amount. While it is open something is left. A hold without `expires_at`
    ends by an act alone.
    """

    id_prefix = "hld"
    lock_rank = 100
    changing = (
        *("amount", "captured", "over_captured", "released", "remaining"),
        *("expires_at", "status", "resolved_at", "version"),
    )

    account_no = models.BigIntegerField()
    asset = models.CharField(max_length=12)
    amount = models.BigIntegerField()
    captured = models.BigIntegerField(db_default=0)
    over_captured = models.BigIntegerField(db_default=0)
    released = models.BigIntegerField(db_default=0)
    remaining = models.BigIntegerField()
    tolerance_bps = models.IntegerField()
    expires_at = models.DateTimeField(null=True)
    status = Status(HoldStatus, default=HoldStatus.OPEN)
    kind = Code(HoldKind)
    reason_code = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    placed_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    version = models.IntegerField(db_default=1)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount=F("captured") - F("over_captured") + F("released") + F("remaining")),
                name="ledger_hold_equation",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, captured__gte=0, over_captured__gte=0, released__gte=0, remaining__gte=0),
                name="ledger_hold_amounts",
            ),
            models.CheckConstraint(
                condition=Q(tolerance_bps__range=(0, BPS))
                & Q(
                    over_captured__lte=F("amount") / BPS * F("tolerance_bps")
                    + F("amount") % BPS * F("tolerance_bps") / BPS
                ),
                name="ledger_hold_tolerance",
            ),
            models.CheckConstraint(
                condition=Q(status="open", remaining__gt=0, resolved_at__isnull=True)
                | (~Q(status="open") & Q(remaining=0, resolved_at__isnull=False)),
                name="ledger_hold_resolved",
            ),
        )
        indexes = (
            # The holds of an account, newest first, and the open ones of them.
            models.Index(fields=["account_no", "id"], name="ledger_hold_account"),
            models.Index(fields=["account_no"], condition=Q(status="open"), name="ledger_hold_open"),
            # What is to expire next.
            models.Index(fields=["expires_at"], condition=Q(status="open"), name="ledger_hold_expiry"),
        )

    class Privacy:
        internal = (
            *("account_no", "asset", "amount", "captured", "over_captured", "released", "remaining", "tolerance_bps"),
            *("expires_at", "status", "kind", "reason_code", "subject", "placed_at", "resolved_at", "version"),
        )

    def __str__(self) -> str:
        return self.ref


class HoldEvent(Log):
    """What happened to a hold. `amount` is what the act named, `delta` what it did to the held part of the balance.

    `account_version` counts the entries of the account by then, the capture's own included.
    """

    id_prefix = "hle"
    lock_rank = 100

    epoch = models.SmallIntegerField(db_default=1, editable=False)
    xid = TransactionId(db_default=models.Func(function="pg_current_xact_id"), editable=False)
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="events")
    number = models.IntegerField()
    act = Code(HoldAct)
    amount = models.BigIntegerField()
    delta = models.BigIntegerField()
    remaining_after = models.BigIntegerField()
    expires_at = models.DateTimeField(null=True)
    account_no = models.BigIntegerField()
    held_after = models.BigIntegerField()
    account_version = models.BigIntegerField()
    available_after = models.BigIntegerField()
    txn = models.UUIDField(null=True)
    reason_code = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("event of a hold")
        verbose_name_plural = _("events of holds")
        constraints = (
            Eternal("hold", "number", name="ledger_holdevent_number", reason="events of a hold are counted"),
            Eternal("txn", name="ledger_holdevent_capture", reason="a transaction captures one hold"),
            models.CheckConstraint(condition=Q(act="captured") ^ Q(txn__isnull=True), name="ledger_holdevent_txn"),
        )
        indexes = (
            # Sealing reads a range of finished transactions.
            models.Index(fields=["epoch", "xid"], name="ledger_holdevent_sealing"),
            # What was held of an account when an entry was written.
            models.Index(fields=["account_no", "account_version", "id"], name="ledger_holdevent_account"),
        )

    class Privacy:
        internal = (
            *("epoch", "xid", "hold", "number", "act", "amount", "delta", "remaining_after", "expires_at"),
            *("account_no", "held_after", "account_version", "available_after", "txn", "reason_code", "actor", "at"),
        )

    def __str__(self) -> str:
        return f"{self.act} {self.amount}"
