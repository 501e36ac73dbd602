"""Transactions, their entries and their keys: append-only, written by functions alone."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Eternal, Kept
from apps.ledger.models.hot import HotRow, TransactionId, fixed


class TxnKind(Kept):
    """A kind of transaction: whether it can be reversed, which keys its `meta` may have. Number 1 adjusts by hand."""

    id_prefix = "tkd"
    lock_rank = 103

    no = models.SmallIntegerField()
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    reversible = models.BooleanField()
    meta_keys = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        verbose_name = _("kind of transaction")
        verbose_name_plural = _("kinds of transactions")
        constraints = (
            Eternal("no", name="ledger_txnkind_no", reason="a number means one kind for ever"),
            Eternal("code", name="ledger_txnkind_code", reason="a code means one kind for ever"),
        )
        triggers = (fixed("no", "code"),)

    class Privacy:
        internal = ("no", "code", "name", "reversible", "meta_keys")

    def __str__(self) -> str:
        return self.code


class Txn(HotRow):
    """A balanced set of entries: the unit of truth. Partitioned by month."""

    id_prefix = "txn"

    id = models.UUIDField(primary_key=True)
    epoch = models.SmallIntegerField(db_default=1)
    xid = TransactionId(db_default=models.Func(function="pg_current_xact_id"))
    posted_at = models.DateTimeField()
    effective_on = models.DateField()
    kind = models.SmallIntegerField()
    legs = models.SmallIntegerField()
    actor = models.TextField(null=True)  # noqa: DJ001 - NULL says that nobody was named
    correlation = models.UUIDField(null=True)
    subject = models.TextField(null=True)  # noqa: DJ001 - as above
    reverses = models.UUIDField(null=True)
    approval = models.UUIDField(null=True)
    reason_code = models.TextField(null=True)  # noqa: DJ001 - as above
    meta = models.JSONField(null=True)

    class Meta:
        verbose_name = _("transaction")
        verbose_name_plural = _("transactions")

    class Privacy:
        internal = [
            "id",
            "epoch",
            "xid",
            "posted_at",
            "effective_on",
            "kind",
            "legs",
            "actor",
            "correlation",
            "subject",
            "reverses",
            "approval",
            "reason_code",
            "meta",
        ]

    def __str__(self) -> str:
        return str(self.id)


class Entry(HotRow):
    """One leg of a transaction: credit positive, debit negative, never zero. Partitioned by month.

    `version` counts the entries of its account, and `balance_after` is what that account then had.
    """

    pk = models.CompositePrimaryKey("txn_id", "leg")
    txn_id = models.UUIDField()
    account_id = models.BigIntegerField()
    amount = models.BigIntegerField()
    balance_after = models.BigIntegerField(null=True)
    version = models.BigIntegerField(null=True)
    posted_at = models.DateTimeField()
    effective_on = models.DateField()
    leg = models.SmallIntegerField()
    asset = models.TextField()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")

    class Privacy:
        internal = [
            "txn_id",
            "account_id",
            "amount",
            "balance_after",
            "version",
            "posted_at",
            "effective_on",
            "leg",
            "asset",
        ]

    def __str__(self) -> str:
        return f"{self.txn_id}-{self.leg}"


class PostingKey(HotRow):
    """Exactly one transaction per key, for ever.

    `kind` 1: what was asked for is what was posted; 3: amounts were decided by the modes of the lines.
    """

    key = models.UUIDField(primary_key=True)
    result_id = models.UUIDField()
    kind = models.SmallIntegerField()
    request_hash = models.BinaryField()

    class Meta:
        verbose_name = _("posting key")
        verbose_name_plural = _("posting keys")

    class Privacy:
        internal = ("key", "result_id", "kind", "request_hash")

    def __str__(self) -> str:
        return str(self.key)
