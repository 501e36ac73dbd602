"""The chain of sealed blocks."""

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
