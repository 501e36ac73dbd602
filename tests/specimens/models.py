"""One model of each kind, with each form of reference and of unique rule."""

from django.db import models

from apps.core.base import Domain, Eternal, Kept, Live, LiveKey, Log, Operational, Status, WhileState
from tests.specimens.enums import LoanStatus, PaperStatus


class Shelf(Domain):
    """A parent that may be removed once nothing refers to it."""

    id_prefix = "xsh"
    lock_rank = 112

    code = models.CharField(max_length=40)
    note = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (Live("code", name="specimens_shelf_code"),)

    class Privacy:
        public = ("code", "note")


class Paper(Domain):
    """A child with states, a secret, and a reference that may outlive what it refers to."""

    id_prefix = "xpa"
    lock_rank = 111
    may_outlive = {"origin": "where it came from stays true"}

    shelf = LiveKey(Shelf, on_delete=models.PROTECT, related_name="papers")
    origin = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    number = models.CharField(max_length=40)
    title = models.CharField(max_length=40)
    tags = models.JSONField(default=list)
    pin = models.CharField(max_length=40, blank=True)
    status = Status(PaperStatus, default=PaperStatus.DRAFT)
    filed_at = models.DateTimeField(null=True, blank=True)
    filed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = (
            Live("shelf", "title", name="specimens_paper_title"),
            Eternal("number", name="specimens_paper_number", reason="a number means one paper for ever"),
        )

    class Privacy:
        internal = ("shelf", "origin", "number", "title", "tags", "status", "filed_at", "filed_by")
        secret = ("pin",)


class Loan(Kept):
    """A tracked row that stays, with a rule that holds in one state, and a reference that may be empty."""

    id_prefix = "xlo"
    lock_rank = 113

    reader = models.CharField(max_length=40)
    shelf = LiveKey(Shelf, on_delete=models.PROTECT, related_name="loans", null=True, blank=True)
    status = Status(LoanStatus, default=LoanStatus.OPEN)

    class Meta:
        constraints = (WhileState("reader", name="specimens_loan_open", condition=models.Q(status="open")),)

    class Privacy:
        internal = ("reader", "shelf", "status")


class Remark(Log):
    """A fact about a paper, as one of another app would refer to it: the paper knows nothing of it."""

    id_prefix = "xre"
    lock_rank = 110
    once = ("read_at", "read_by")

    paper = LiveKey(Paper, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=40)
    read_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=80, null=True)  # noqa: DJ001 - NULL until it is written once

    class Privacy:
        internal = ("paper", "text", "read_at", "read_by")


class Tally(Operational):
    """How many papers a shelf has, rebuilt from Paper."""

    id_prefix = "xta"
    lock_rank = 114
    changing = ("papers",)

    shelf = LiveKey(Shelf, on_delete=models.PROTECT, related_name="+")
    papers = models.IntegerField(default=0)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (Eternal("shelf", name="specimens_tally_shelf", reason="one count a shelf"),)

    class Privacy:
        internal = ("shelf", "papers", "opened_at")
