"""Tickets: what customers ask for, and how far it is."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Eternal, Kept, Operational, Status
from apps.core.fields import EncryptedText
from apps.helpdesk.enums import Priority, TicketChannel, TicketStatus

SUBJECT_CHARACTERS = 200
"""The longest subject."""


class Ticket(Kept):
    """A request of a customer. It is talked about in two rooms: one with the customer, one of staff alone.

    `assignee` is the typed id of the agent who has it; while nobody has, it waits in the queue of tickets.
    """

    id_prefix = "tkt"
    lock_rank = 30

    number = models.BigIntegerField()
    subject_sealed: Any = EncryptedText(max_bytes=4 * SUBJECT_CHARACTERS)
    requester = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+")
    channel = Code(TicketChannel)
    status = Status(TicketStatus, default=TicketStatus.NEW)
    priority = Code(Priority, default=Priority.NORMAL)
    assignee = models.CharField(max_length=80, blank=True)
    reopened_count = models.SmallIntegerField(default=0)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = (
            Eternal("number", name="helpdesk_ticket_number", reason="people quote it for years"),
            models.CheckConstraint(
                condition=~models.Q(status="closed") | models.Q(closed_at__isnull=False), name="helpdesk_ticket_closed"
            ),
        )
        indexes = (
            # A customer's own list; an agent's list; the lists of the console by state.
            models.Index(fields=["requester", "-id"], name="helpdesk_ticket_requester"),
            models.Index(fields=["assignee", "-id"], name="helpdesk_ticket_assignee"),
            models.Index(fields=["status", "-id"], name="helpdesk_ticket_status"),
        )

    class Privacy:
        public = ("number",)
        internal = (
            *("requester", "channel", "status", "priority", "assignee", "reopened_count", "resolved_at", "closed_at"),
        )
        personal = ("subject_sealed",)

    def __str__(self) -> str:
        return f"T-{self.number}"


class TicketPulse(Operational):
    """When something was last said about a ticket; apart from it, so that talking changes neither version nor history.

    `waiting_since` is the oldest answer of the customer that no agent has answered. Rebuilt from the room.
    """

    id_prefix = "tkp"
    lock_rank = 39
    changing = ("waiting_since", "last_customer_at", "last_agent_at")

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="pulses")
    waiting_since = models.DateTimeField(null=True, blank=True)
    last_customer_at = models.DateTimeField(null=True, blank=True)
    last_agent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("pulse of a ticket")
        verbose_name_plural = _("pulses of tickets")
        constraints = (Eternal("ticket", name="helpdesk_ticketpulse_ticket", reason="one pulse a ticket"),)

    class Privacy:
        internal = ("ticket", "waiting_since", "last_customer_at", "last_agent_at")

    def __str__(self) -> str:
        return self.ref
