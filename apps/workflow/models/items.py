"""Work that waits for a person, and what happened to it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Log, Operational, Status, WhileState
from apps.workflow.enums import LIVE_STATES, Happening, Severity, WorkItemState

_LIVE = models.Q(state__in=LIVE_STATES)


class WorkItem(Operational):
    """A piece of work in a queue: who has it, and until when. What it is about is the subject's own matter.

    Rebuilt from the subjects that wait and from the events. Leases and snoozes are in the database's time.
    """

    id_prefix = "wki"
    lock_rank = 5
    changing = (
        *("severity", "priority", "boost", "due_at", "started_at", "state", "owner_id", "claimed_by"),
        *("lease_until", "snoozed_until", "claims", "outcome", "closed_at", "version"),
    )

    queue = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    customer_ref = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=120)
    severity = models.SmallIntegerField(choices=Severity.choices, default=Severity.NORMAL)
    priority = models.SmallIntegerField(default=0)
    boost = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    statutory = models.BooleanField(default=False)
    skills = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    locales = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    tier = models.SmallIntegerField(default=0)
    state = Status(WorkItemState, default=WorkItemState.OPEN)
    owner_id = models.CharField(max_length=80, blank=True)
    claimed_by = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    claims = models.IntegerField(default=0)
    outcome = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.BigIntegerField(default=1)

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        constraints = (
            WhileState("queue", "subject_id", name="workflow_workitem_live", condition=_LIVE),
            models.CheckConstraint(
                condition=models.Q(state="claimed", lease_until__isnull=False) & ~models.Q(claimed_by="")
                | ~models.Q(state="claimed") & models.Q(lease_until__isnull=True, claimed_by=""),
                name="workflow_workitem_lease",
            ),
            models.CheckConstraint(
                condition=models.Q(state="snoozed", snoozed_until__isnull=False)
                | ~models.Q(state="snoozed") & models.Q(snoozed_until__isnull=True),
                name="workflow_workitem_snooze",
            ),
            models.CheckConstraint(
                condition=_LIVE & models.Q(closed_at__isnull=True) | ~_LIVE & models.Q(closed_at__isnull=False),
                name="workflow_workitem_closed",
            ),
        )
        indexes = (
            # The next item of a queue is the first of this order.
            models.Index(
                models.F("queue"),
                models.F("boost").desc(),
                models.F("priority").desc(),
                models.F("due_at"),
                models.F("id"),
                name="workflow_workitem_next",
                condition=models.Q(state="open"),
            ),
            # Leases that ran out are given back; a person's own claims are counted and shown.
            models.Index(
                fields=["lease_until"], name="workflow_workitem_lease_ends", condition=models.Q(state="claimed")
            ),
            models.Index(fields=["claimed_by"], name="workflow_workitem_holder", condition=models.Q(state="claimed")),
            models.Index(fields=["snoozed_until"], name="workflow_workitem_wakes", condition=models.Q(state="snoozed")),
            models.Index(fields=["subject_id"], name="workflow_workitem_subject"),
        )

    class Privacy:
        internal = (
            *("queue", "subject_type", "subject_id", "customer_ref", "title", "severity", "priority", "boost"),
            *("due_at", "started_at", "statutory", "skills", "locales", "tier", "state", "owner_id", "claimed_by"),
            *("lease_until", "snoozed_until", "claims", "outcome", "opened_at", "closed_at", "version"),
        )

    def __str__(self) -> str:
        return f"{self.queue} {self.subject_id}"


class WorkItemEvent(Log):
    """One thing that happened to a piece of work."""

    id_prefix = "wke"
    lock_rank = 5

    item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="events")
    kind = Code(Happening)
    actor_id = models.CharField(max_length=80)
    human_id = models.CharField(max_length=40, blank=True)
    reason_code = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("event of a work item")
        verbose_name_plural = _("events of work items")

    class Privacy:
        internal = ("item", "kind", "actor_id", "human_id", "reason_code", "outcome", "until", "at")

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"
