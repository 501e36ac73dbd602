"""The last outcome of every timed job."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Eternal, Operational


class JobOutcome(Operational):
    """When a job last ran and how it ended; the log of the tasks is its source."""

    id_prefix = "job"
    lock_rank = 3
    changing = ("last_started_at", "last_finished_at", "outcome", "error", "max_age_s")

    job = models.CharField(max_length=80)
    owner_app = models.CharField(max_length=40)
    last_started_at = models.DateTimeField(null=True, blank=True)
    last_finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    error = models.CharField(max_length=500, blank=True)
    max_age_s = models.IntegerField()

    class Meta:
        verbose_name = _("job outcome")
        verbose_name_plural = _("job outcomes")
        constraints = (Eternal("job", name="core_joboutcome_job", reason="one row a job"),)

    class Privacy:
        internal = ("job", "owner_app", "last_started_at", "last_finished_at", "outcome", "error", "max_age_s")

    def __str__(self) -> str:
        return self.job
