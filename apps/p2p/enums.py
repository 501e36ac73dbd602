"""Words of p2p: kinds and states of transfers, topics, permissions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TransferKind(TextChoices):
    """What a transfer is for."""

    P2P = "p2p", _("To a person")


class TransferStatus(TextChoices):
    """The life of a transfer. Reversed: staff have sent the money back."""

    COMPLETED = "completed", _("Completed")
    REVERSED = "reversed", _("Reversed")

    @classmethod
    def moves(cls) -> dict["TransferStatus", tuple["TransferStatus", ...]]:
        """Return what may follow what."""
        return {cls.COMPLETED: (cls.REVERSED,), cls.REVERSED: ()}


class ItemStatus(TextChoices):
    """What became of an item of a batch. Replayed: its key was carried out before, and nothing more has happened."""

    SENT = "sent", _("Sent")
    REPLAYED = "replayed", _("Sent before")
    REFUSED = "refused", _("Refused")


class Topic(TextChoices):
    """News of p2p."""

    TRANSFER_COMPLETED = "p2p.transfer.completed"
    TRANSFER_REVERSED = "p2p.transfer.reversed"


class Permission(TextChoices):
    """What staff may do in p2p."""

    TRANSFER_REVERSE = "p2p.transfer.reverse"
