"""Members of staff as agents."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Domain, Live
from apps.helpdesk.enums import AgentStatus


class AgentProfile(Domain):
    """A member of staff as customers see one: by a display name, never by the whole one.

    `chosen_status` is what the agent said last; who is not connected is offline whatever it says.
    """

    id_prefix = "agt"
    lock_rank = 38

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    display_name = models.CharField(max_length=80)
    chosen_status = Code(AgentStatus, default=AgentStatus.OFFLINE)

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        constraints = (Live("user", name="helpdesk_agentprofile_user"),)

    class Privacy:
        public = ("display_name",)
        internal = ("user", "chosen_status")

    def __str__(self) -> str:
        return self.display_name
