"""Words of the specimens."""

from django.db.models import TextChoices


class PaperStatus(TextChoices):
    """The life of a paper."""

    DRAFT = "draft", "Draft"
    FILED = "filed", "Filed"
    LOST = "lost", "Lost"

    @classmethod
    def moves(cls) -> dict["PaperStatus", tuple["PaperStatus", ...]]:
        """Return what may follow what."""
        return {cls.DRAFT: (cls.FILED, cls.LOST), cls.FILED: (cls.LOST,), cls.LOST: ()}


class LoanStatus(TextChoices):
    """The life of a loan."""

    OPEN = "open", "Open"
    DONE = "done", "Done"

    @classmethod
    def moves(cls) -> dict["LoanStatus", tuple["LoanStatus", ...]]:
        """Return what may follow what."""
        return {cls.OPEN: (cls.DONE,), cls.DONE: ()}
