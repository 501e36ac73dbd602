"""Tickets as agents work on them: the list by who has them, and the page of one with answer, note, state and agent."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from apps.core import ids
from apps.core.admin import Page, frame, keyset, shown
from apps.core.errors import DomainError, Forbidden, NotFound
from apps.helpdesk.admin.talk import talk
from apps.helpdesk.enums import Permission, TicketStatus
from apps.helpdesk.selectors import agents
from apps.helpdesk.selectors import tickets as reads
from apps.helpdesk.selectors.tickets import Shown
from apps.helpdesk.services import assignments, readings, tickets

_READ = (Permission.TICKET_READ.value,)
_PER_PAGE: Final = 50
_ENDED: Final = (TicketStatus.RESOLVED, TicketStatus.CLOSED)
_OF: Final = {"mine": _("Mine"), "nobody": _("Of nobody"), "all": _("All open"), "ended": _("Ended")}
_THEN: Final = (TicketStatus.PENDING_CUSTOMER, TicketStatus.OPEN, TicketStatus.RESOLVED)


def listing(request: HttpRequest) -> HttpResponse:
    """Show tickets by who has them, the newest first."""
    by, chosen = frame.actor(request), request.GET.get("of", "")
    chosen = chosen if chosen in _OF else "mine" if Permission.TICKET_REPLY in _codes(request) else "all"
    whose = {"mine": by.id, "nobody": reads.NOBODY}.get(chosen, "")
    rows = reads.tickets(assignee=whose)
    rows = rows.filter(status__in=_ENDED) if chosen == "ended" else rows.exclude(status__in=_ENDED)
    page = keyset.page(rows, ("-id",), limit=_PER_PAGE, after=request.GET.get("after", ""))
    at = frame.at(request)
    return frame.render(
        request,
        "helpdesk/tickets.html",
        title=_("Tickets"),
        tickets=[_row(one, at) for one in reads.shown(page.rows)],
        after=page.after,
        choices=[(name, label, name == chosen) for name, label in _OF.items()],
        chosen=chosen,
        may_take=Permission.TICKET_ASSIGN in _codes(request),
    )


def take_next(request: HttpRequest) -> HttpResponse:
    """Take the most urgent ticket of nobody and lead to its page."""
    found = assignments.claim_next(by=frame.actor(request), at=frame.at(request))
    if found is None:
        messages.info(request, _("No ticket waits for an agent."))
        return HttpResponseRedirect(reverse("admin:tickets"))
    return _back(found.ref)


def ticket(request: HttpRequest, object_id: str) -> HttpResponse:
    """Show a ticket; that it was opened is written down."""
    return _page(request, _key(object_id))


def reply(request: HttpRequest, object_id: str) -> HttpResponse:
    """Answer the customer."""
    key, given = _key(object_id), request.POST
    then = given.get("then", "")
    try:
        tickets.reply(
            key,
            body=given.get("body", ""),
            client_msg_id=_message_id(given.get("client_msg_id", "")),
            then=TicketStatus(then) if then in TicketStatus.values else None,
            by=frame.actor(request),
            at=frame.at(request),
        )
    except DomainError as error:
        return _refused(request, key, error, {"reply": given.get("body", "")})
    messages.success(request, _("Sent."))
    return _back(object_id)


def note(request: HttpRequest, object_id: str) -> HttpResponse:
    """Write a note that only staff see."""
    key, given = _key(object_id), request.POST
    try:
        tickets.note(
            key,
            body=given.get("body", ""),
            client_msg_id=_message_id(given.get("client_msg_id", "")),
            by=frame.actor(request),
            at=frame.at(request),
        )
    except DomainError as error:
        return _refused(request, key, error, {"note": given.get("body", ""), "is_note": True})
    messages.success(request, _("Noted. The customer does not see it."))
    return _back(object_id)


def status(request: HttpRequest, object_id: str) -> HttpResponse:
    """Move a ticket to another state."""
    key, wanted = _key(object_id), request.POST.get("status", "")
    if wanted not in TicketStatus.values:
        raise NotFound
    try:
        tickets.set_status(
            key,
            status=TicketStatus(wanted),
            version=_version(request),
            by=frame.actor(request),
            at=frame.at(request),
        )
    except DomainError as error:
        return _refused(request, key, error, {})
    return _back(object_id)


def assign(request: HttpRequest, object_id: str) -> HttpResponse:
    """Give a ticket to an agent, or back to the queue."""
    key, by = _key(object_id), frame.actor(request)
    wanted = request.POST.get("assignee", "")
    assignee = by.id if wanted == "me" else wanted
    try:
        assignments.assign(key, assignee=assignee, version=_version(request), by=by, at=frame.at(request))
    except DomainError as error:
        return _refused(request, key, error, {})
    return _back(object_id)


def _refused(request: HttpRequest, key: UUID, error: DomainError, typed: dict[str, Any]) -> HttpResponse:
    """Show the page again with the refusal and what was typed."""
    if isinstance(error, Forbidden | NotFound):
        raise error
    return _page(request, key, error.status, refused=error, typed=typed)


def _page(request: HttpRequest, key: UUID, status: int = 200, **more: Any) -> HttpResponse:
    by, at = frame.actor(request), frame.at(request)
    found = readings.open_ticket(key, by=by, at=at)
    row = found.ticket
    return frame.render(
        request,
        "helpdesk/ticket.html",
        status,
        title=_("Ticket"),
        ticket=row,
        shown=found,
        talk=talk(row.ref, by=by),
        customer=shown.ref(found.customer.ref),
        badge=shown.badge(row.status, row.get_status_display()),
        waits=timesince(found.waiting_since, at, depth=1) if found.waiting_since else "",
        moves=[TicketStatus(state) for state in TicketStatus.moves()[TicketStatus(row.status)]],
        then=_THEN,
        people=list(_people(row.assignee, by.id)),
        is_mine=row.assignee == by.id,
        message_id=uuid4(),
        record_url=reverse("admin:helpdesk_ticket_change", args=[row.ref]),
        may={code.name.lower(): code in _codes(request) for code in Permission},
        **{"typed": {}, **more},
    )


def _codes(request: HttpRequest) -> set[Permission]:
    return {code for code in Permission if frame.holds(request, [code.value])}


def _people(assignee: str, me: str) -> Iterator[tuple[str, Any, bool]]:
    """Return whom a ticket can be given to, and who has it."""
    yield "", _("Nobody"), not assignee
    for one in agents.shown():
        login = agents.person(one.profile.user_id)
        name = _("%(name)s (me)") % {"name": one.profile.display_name} if login == me else one.profile.display_name
        yield login, name, login == assignee


def _row(one: Shown, at: Any) -> dict[str, Any]:
    return {
        "url": shown.link_of(one.ref),
        "number": one.ticket.number,
        "subject": one.subject,
        "customer": one.customer.name,
        "badge": shown.badge(one.ticket.status, one.ticket.get_status_display()),
        "agent": one.assignee.name if one.assignee else "",
        "waits": timesince(one.waiting_since, at, depth=1) if one.waiting_since else "",
        "made": shown.instant(one.ticket.created_at),
    }


def _back(ref: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:ticket", args=[ref]))


def _version(request: HttpRequest) -> int:
    """Return the version that the page named; no number is none that a row has."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else 0


def _message_id(text: str) -> UUID:
    """Return the page's id of its message. Raises: not_found for none, which no page of ours sends."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _key(ref: str) -> UUID:
    try:
        return ids.decode("tkt", ref)
    except ids.BadId as error:
        raise NotFound from error


shown.page_for("tkt", "admin:ticket")

PAGES: Final = (
    Page("work/", "tickets", listing, _READ),
    Page("work/next/", "tickets_next", take_next, (Permission.TICKET_ASSIGN.value,), ("POST",)),
    Page("<str:object_id>/work/", "ticket", ticket, _READ),
    Page("<str:object_id>/work/reply/", "ticket_reply", reply, (Permission.TICKET_REPLY.value,), ("POST",)),
    Page("<str:object_id>/work/note/", "ticket_note", note, (Permission.TICKET_NOTE.value,), ("POST",)),
    Page("<str:object_id>/work/status/", "ticket_status", status, (Permission.TICKET_REPLY.value,), ("POST",)),
    Page("<str:object_id>/work/assign/", "ticket_assign", assign, (Permission.TICKET_ASSIGN.value,), ("POST",)),
)
