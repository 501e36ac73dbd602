"""What tests of chats and tickets read."""

from datetime import timedelta

from apps.helpdesk.enums import TICKETS
from apps.helpdesk.models import ChatSession, Ticket
from apps.helpdesk.selectors import rooms as room_reads
from apps.workflow import selectors as work
from apps.workflow.models import WorkItem


def said(subject: ChatSession | Ticket) -> list[tuple[int, str | None]]:
    page = room_reads.page(room_reads.of(subject.ref), after_seq=0)
    return [(entry.seq, entry.said.body) for entry in page.entries if entry.said]


def states(subject: ChatSession | Ticket) -> list[tuple[int, str]]:
    page = room_reads.page(room_reads.of(subject.ref), after_seq=0)
    return [(entry.seq, entry.data["status"]) for entry in page.entries if entry.kind == "state"]


def item_of(subject: ChatSession | Ticket) -> WorkItem:
    return WorkItem.objects.filter(subject_id=subject.ref).latest("opened_at")


def lose_lease(subject: ChatSession | Ticket) -> None:
    WorkItem.objects.filter(subject_id=subject.ref).update(lease_until=work.DATABASE_TIME - timedelta(seconds=1))


def waiting() -> list[str]:
    """Return the tickets that wait for an agent."""
    return list(work.items(queue=TICKETS.code, states=("open",)).order_by("id").values_list("subject_id", flat=True))
