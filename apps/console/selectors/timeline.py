"""What happened to a customer, from every app, as one stream: newest first, by the time-ordered ids of the rows."""

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import Direction
from apps.accounts.selectors import sign_ins, staff
from apps.compliance.selectors import applications
from apps.console.enums import Stream
from apps.core import ids
from apps.core.money import Money
from apps.core.selectors import audit_log
from apps.helpdesk.selectors import chats, tickets
from apps.p2p.selectors import transfers
from apps.payments.selectors import top_ups

PAGE: Final = 30
_READINGS: Final = ("console.customer.open", "console.contact.reveal", "compliance.application.read")
_READ: Final = (*_READINGS, "compliance.document.read", "helpdesk.ticket.read", "helpdesk.chat.read")
# What has lines of its own, made from the rows themselves.
_TOLD_ELSEWHERE: Final = (
    *("p2p.", "payments.top_up.", "helpdesk.", "workflow.", "notifications."),
    *("accounts.login.", "accounts.credential."),
)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline. `ref` is the typed id of what it is about, `by` of who caused it.

    `action` is the code of an event of the audit, which tells for itself what happened.
    """

    key: UUID
    at: datetime
    stream: Stream
    title: Any
    detail: Any = ""
    ref: str = ""
    by: str = ""
    money: Money | None = None
    is_out: bool = False
    status: str = ""
    status_label: Any = ""
    reason: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, the cursor of the older ones (empty at the end), and the names of the staff in them."""

    events: list[Event]
    older: str
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Whose:
    """A customer by the id, the typed id, and the login."""

    customer: UUID
    ref: str
    login: UUID | None


Source = Callable[[Whose, UUID | None, int], Iterable[Event]]


def page(whose: Whose, *, streams: Collection[Stream], before: str = "", limit: int = PAGE) -> Page:
    """Return the lines of some streams older than a cursor. A source that is not asked for is not read."""
    bound = _key(before)
    sources = dict.fromkeys(source for stream in streams for source in _SOURCES[stream])
    read = [source(whose, bound, limit + 1) for source in sources]
    merged = heapq.merge(*read, key=lambda event: event.key, reverse=True)
    kept = [event for event in merged if event.stream in streams]
    shown, more = kept[:limit], len(kept) > limit
    names = staff.names(event.by for event in shown)
    return Page(shown, ids.encode("evt", shown[-1].key) if more else "", names)


def _key(cursor: str) -> UUID | None:
    try:
        return ids.decode("evt", cursor) if cursor else None
    except ids.BadId:
        return None


def _rows(rows: QuerySet[Any], before: UUID | None, limit: int) -> Iterator[Any]:
    found = rows if before is None else rows.filter(pk__lt=before)
    yield from found.order_by("-id")[:limit]


def _transfers(whose: Whose, before: UUID | None, limit: int) -> Iterator[Event]:
    for row in transfers.of_customer(whose.customer, before=before, limit=limit):
        is_out = row.direction == Direction.OUT
        yield Event(
            row.id,
            row.created_at,
            Stream.MONEY,
            _("Sent to") if is_out else _("Received from"),
            row.counterparty,
            row.ref,
            money=row.money,
            is_out=is_out,
            status=row.status.value,
            status_label=row.status.label,
        )


def _top_ups(whose: Whose, before: UUID | None, limit: int) -> Iterator[Event]:
    for row in _rows(top_ups.of_customer(whose.customer), before, limit):
        yield Event(
            row.pk,
            row.created_at,
            Stream.MONEY,
            _("Top-up by card"),
            row.decline_code,
            row.ref,
            money=Money(row.amount, row.currency),
            status=row.status,
            status_label=row.get_status_display(),
        )


def _applications(whose: Whose, before: UUID | None, limit: int) -> Iterator[Event]:
    for row in _rows(applications.submitted().filter(customer_id=whose.customer), before, limit):
        yield Event(
            row.pk,
            row.submitted_at or row.created_at,
            Stream.IDENTITY,
            _("Identity application"),
            row.target_tier,
            row.ref,
            status=row.status,
            status_label=row.get_status_display(),
        )


def _tickets(whose: Whose, before: UUID | None, limit: int) -> Iterator[Event]:
    for one in tickets.shown(list(_rows(tickets.tickets().filter(requester_id=whose.customer), before, limit))):
        yield Event(
            one.id,
            one.ticket.created_at,
            Stream.TALK,
            _("Ticket T-%(number)s") % {"number": one.ticket.number},
            one.subject or "",
            one.ref,
            status=one.ticket.status,
            status_label=one.ticket.get_status_display(),
        )


def _chats(whose: Whose, before: UUID | None, limit: int) -> Iterator[Event]:
    for row in _rows(chats.chats().filter(customer_id=whose.customer), before, limit):
        yield Event(
            row.pk,
            row.queued_at,
            Stream.TALK,
            _("Chat"),
            ref=row.ref,
            by=row.agent,
            status=row.status,
            status_label=row.get_status_display(),
        )


def _sign_ins(whose: Whose, before: UUID | None, limit: int) -> Iterator[Event]:
    if whose.login is None:
        return
    for row in _rows(sign_ins.of_login(whose.login), before, limit):
        yield Event(
            row.pk,
            row.at,
            Stream.SIGN_IN,
            _("Sign-in"),
            row.reason,
            row.ref,
            status=row.result,
            status_label=row.get_result_display(),
        )


def _credentials(whose: Whose, before: UUID | None, limit: int) -> Iterator[Event]:
    if whose.login is None:
        return
    for row in _rows(sign_ins.credentials_of(whose.login), before, limit):
        yield Event(row.pk, row.at, Stream.SIGN_IN, row.get_kind_display(), row.get_action_display(), row.ref)


def _acts(whose: Whose, before: UUID | None, limit: int) -> Iterator[Event]:
    rows = audit_log.events(customer=whose.ref).exclude(action__in=_READ)
    for word in _TOLD_ELSEWHERE:
        rows = rows.exclude(action__startswith=word)
    for row in _rows(rows, before, limit):
        yield _of_audit(row, Stream.STAFF)


def _readings(whose: Whose, before: UUID | None, limit: int) -> Iterator[Event]:
    rows = audit_log.events(customer=whose.ref).filter(action__in=_READ)
    for row in _rows(rows, before, limit):
        yield _of_audit(row, Stream.READING)


def _of_audit(row: Any, stream: Stream) -> Event:
    moved = (row.after or {}).get("status", "")
    return Event(
        row.pk,
        row.at,
        stream,
        row.action,
        ref="" if row.subject == row.customer_ref else row.subject,
        by=row.actor_id,
        status=str(moved),
        reason=" · ".join(filter(None, (row.reason_code, row.reason_text))),
        action=row.action,
    )


_SOURCES: Final[dict[Stream, tuple[Source, ...]]] = {
    Stream.MONEY: (_transfers, _top_ups),
    Stream.IDENTITY: (_applications,),
    Stream.TALK: (_tickets, _chats),
    Stream.SIGN_IN: (_sign_ins, _credentials),
    Stream.STAFF: (_acts,),
    Stream.READING: (_readings,),
}
