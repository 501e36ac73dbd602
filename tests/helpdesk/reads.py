"""What tests of chats read."""

from datetime import timedelta

from apps.helpdesk.models import ChatSession
from apps.helpdesk.selectors import rooms as room_reads
from apps.workflow import selectors as work
from apps.workflow.models import WorkItem


def said(chat: ChatSession) -> list[tuple[int, str | None]]:
    page = room_reads.page(room_reads.of(chat.ref), after_seq=0)
    return [(entry.seq, entry.said.body) for entry in page.entries if entry.said]


def states(chat: ChatSession) -> list[tuple[int, str]]:
    page = room_reads.page(room_reads.of(chat.ref), after_seq=0)
    return [(entry.seq, entry.data["status"]) for entry in page.entries if entry.kind == "state"]


def item_of(chat: ChatSession) -> WorkItem:
    return WorkItem.objects.filter(subject_id=chat.ref).latest("opened_at")


def lose_lease(chat: ChatSession) -> None:
    WorkItem.objects.filter(subject_id=chat.ref).update(lease_until=work.DATABASE_TIME - timedelta(seconds=1))
