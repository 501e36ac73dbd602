"""What was given back of a transaction: never more than it moved."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Eternal, Log, Operational
from apps.ledger.enums import Bucket, Relation
from apps.ledger.models.hot import TransactionId


class ReturnCap(Operational):
    """How much of one leg was returned, and how much may be at most; rebuilt from TxnLink and Entry."""

    id_prefix = "rcp"
    lock_rank = 100
    changing = ("used",)

    origin_txn = models.UUIDField()
    leg = models.SmallIntegerField()
    bucket = Code(Bucket)
    original = models.BigIntegerField()
    used = models.BigIntegerField()

    class Meta:
        verbose_name = _("cap of returns")
        verbose_name_plural = _("caps of returns")
        constraints = (
            Eternal("origin_txn", "leg", "bucket", name="ledger_returncap_leg", reason="one cap a leg and bucket"),
            models.CheckConstraint(condition=models.Q(used__gte=0, used__lte=models.F("original")), name="ledger_cap"),
        )

    class Privacy:
        internal = ("origin_txn", "leg", "bucket", "original", "used")

    def __str__(self) -> str:
        return f"{self.used} of {self.original}"


class TxnLink(Log):
    """What one leg of a transaction takes back from one leg of an earlier transaction."""

    id_prefix = "tln"
    lock_rank = 100

    epoch = models.SmallIntegerField(db_default=1, editable=False)
    xid = TransactionId(db_default=models.Func(function="pg_current_xact_id"), editable=False)
    txn = models.UUIDField()
    origin_txn = models.UUIDField()
    origin_leg = models.SmallIntegerField()
    relation = Code(Relation)
    amount = models.BigIntegerField()

    class Meta:
        verbose_name = _("link of transactions")
        verbose_name_plural = _("links of transactions")
        indexes = (
            # Sealing reads a range of finished transactions.
            models.Index(fields=["epoch", "xid"], name="ledger_txnlink_sealing"),
            # What came back of a transaction.
            models.Index(fields=["origin_txn", "origin_leg"], name="ledger_txnlink_origin"),
            # What a transaction took back.
            models.Index(fields=["txn"], name="ledger_txnlink_txn"),
        )

    class Privacy:
        internal = ["epoch", "xid", "txn", "origin_txn", "origin_leg", "relation", "amount"]

    def __str__(self) -> str:
        return f"{self.relation} {self.amount}"
