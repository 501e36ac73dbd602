"""Why something is done: one dictionary per action."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Eternal, Kept


class ReasonCode(Kept):
    """A reason that may be given for an action (a command, or the skipping of work). Retired, never removed.

    A new label is a new version; what was decided keeps the code with the version of its day.
    """

    id_prefix = "rsn"
    lock_rank = 4

    action = models.CharField(max_length=80)
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        constraints = (
            Eternal("action", "code", name="workflow_reasoncode_code", reason="a code means one thing for ever"),
            models.CheckConstraint(
                condition=models.Q(code__regex="^[a-z][a-z0-9_]*$"), name="workflow_reasoncode_form"
            ),
        )

    class Privacy:
        internal = ("action", "code", "label", "retired_at")

    def __str__(self) -> str:
        return f"{self.action} {self.code}"
