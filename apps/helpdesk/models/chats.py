"""Live chats."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Kept, Status, WhileState
from apps.helpdesk.enums import OPEN_CHATS, ChatEnd, ChatStatus

_OPEN = models.Q(status__in=OPEN_CHATS)


class ChatSession(Kept):
    """One conversation of a customer with the house. What is said is in its room.

    `agent` is the typed id of the member of staff who has it, empty while it waits.
    """

    id_prefix = "cht"
    lock_rank = 31

    customer = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+")
    status = Status(ChatStatus, default=ChatStatus.QUEUED)
    agent = models.CharField(max_length=80, blank=True)
    queued_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = Code(ChatEnd, blank=True, null=True)

    class Meta:
        verbose_name = _("chat")
        verbose_name_plural = _("chats")
        constraints = (
            # A second window of the same person goes on with the first conversation.
            WhileState("customer", name="helpdesk_chatsession_open", condition=_OPEN),
            models.CheckConstraint(
                condition=models.Q(status="active") & ~models.Q(agent="")
                | models.Q(status="queued", agent="")
                | ~models.Q(status__in=("active", "queued")),
                name="helpdesk_chatsession_agent",
            ),
            models.CheckConstraint(
                condition=_OPEN & models.Q(ended_at__isnull=True, end_reason__isnull=True)
                | ~_OPEN & models.Q(ended_at__isnull=False, end_reason__isnull=False),
                name="helpdesk_chatsession_end",
            ),
        )
        indexes = (
            # The desk of an agent: what they have now.
            models.Index(fields=["agent", "-id"], name="helpdesk_chatsession_desk", condition=_OPEN),
        )

    class Privacy:
        internal = ("customer", "status", "agent", "queued_at", "accepted_at", "ended_at", "end_reason")

    def __str__(self) -> str:
        return self.ref
