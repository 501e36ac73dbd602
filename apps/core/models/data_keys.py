"""The key of each person's sealed columns; destroying it makes them unreadable everywhere at once."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Eternal, Operational
from apps.core.triggers import Bound


class DataKey(Operational):
    """A data key, wrapped by the key ring. Its audit events tell each new wrapping and its destruction.

    It has no history: that would keep the key alive.
    """

    id_prefix = "dky"
    lock_rank = 3
    changing = ("wrapped_key", "key_ring_id", "destroyed_at", "destroyed_by")

    owner = models.CharField(max_length=40)
    wrapped_key = models.BinaryField(null=True)
    key_ring_id = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True, blank=True)
    destroyed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("data key")
        verbose_name_plural = _("data keys")
        triggers = (
            Bound(
                name="stays_destroyed",
                function="core_refuse",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__destroyed_at__isnull=False),
            ),
        )
        indexes = (
            # A statement that finds people by their ids joins their keys.
            models.Index(models.Func("owner", function="core_id_of"), name="core_datakey_subject"),
        )
        constraints = (
            Eternal("owner", name="core_datakey_owner", reason="one key a subject, for ever"),
            models.CheckConstraint(
                condition=(models.Q(wrapped_key__isnull=True, destroyed_at__isnull=False) & ~models.Q(destroyed_by=""))
                | models.Q(wrapped_key__isnull=False, destroyed_at__isnull=True, destroyed_by=""),
                name="core_datakey_destroyed",
            ),
        )

    class Privacy:
        internal = ("owner", "key_ring_id", "created_at", "destroyed_at", "destroyed_by")
        secret = ("wrapped_key",)

    def __str__(self) -> str:
        return self.owner
