"""The chain of sealed blocks, and where its heads were published."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Eternal, Log
from apps.core.fields import Fingerprint


class Block(Log):
    """A sealed range of finished transactions. Its hash covers the previous block's; `leaves` has 32 bytes a row."""

    id_prefix = "lbk"
    lock_rank = 100

    seq = models.BigIntegerField()
    format = models.SmallIntegerField()
    epoch = models.SmallIntegerField()
    xid_from = models.BigIntegerField()
    xid_to = models.BigIntegerField()
    count = models.IntegerField()
    leaves = models.BinaryField()
    root = Fingerprint()
    prev_hash = Fingerprint()
    hash = Fingerprint()
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("block of the books")
        verbose_name_plural = _("blocks of the books")
        constraints = (Eternal("seq", name="ledger_block_seq", reason="a gapless chain"),)

    class Privacy:
        internal = (
            *("seq", "format", "epoch", "xid_from", "xid_to", "count"),
            *("leaves", "root", "prev_hash", "hash", "sealed_at"),
        )

    def __str__(self) -> str:
        return f"block {self.seq}"


class Anchor(Log):
    """The head of the chain at an instant, kept outside the database under a mark of the key ring."""

    id_prefix = "lan"
    lock_rank = 101

    seq = models.BigIntegerField()
    place = models.CharField(max_length=120)
    mark = Fingerprint()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("anchor of the books")
        verbose_name_plural = _("anchors of the books")
        constraints = (Eternal("place", name="ledger_anchor_place", reason="a published head is never replaced"),)

    class Privacy:
        internal = ("seq", "place", "mark", "at")

    def __str__(self) -> str:
        return self.place
