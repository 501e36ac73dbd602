"""Queues: what waits in what order, taking the next piece, and giving one back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from apps.console.selectors import acts, staff
from apps.console.selectors import queues as reads
from apps.console.services import queues
from apps.core import ids
from apps.core.admin import frame, shown
from apps.core.admin.frame import Page
from apps.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from apps.workflow.enums import Permission, Queue, WorkItemState

_CLAIM = (Permission.WORK_ITEM_CLAIM.value,)
_SHOWN = 100
_SKIP = "workflow.work_item.skip"
OWN_PAGES: Final = {"helpdesk.ticket": "tickets", "helpdesk.chat": "desk"}
"""Queues whose app takes the work on a page of its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """A piece of work in the forms of its list."""

    ref: str
    title: str
    link: Any
    age: str
    due: Any
    band: str
    badge: Any
    holder: Any
    url: str
    is_open: bool


def queue(request: HttpRequest, code: str) -> HttpResponse:
    """Show what waits in a queue, the next piece first, and what the person holds of it."""
    one = reads.one_of(reads.of_person(request.user), code)
    if code in OWN_PAGES:
        return HttpResponseRedirect(reverse(f"admin:{OWN_PAGES[code]}"))
    at, by = frame.at(request), frame.actor(request)
    (card,) = reads.cards([one], at=at)
    waiting = list(reads.waiting(one)[:_SHOWN])
    held = list(reads.held(one))
    names = staff.names(item.claimed_by for item in held)
    mine = [item for item in held if item.claimed_by == by.id]
    others = [item for item in held if item.claimed_by != by.id]
    return frame.render(
        request,
        "console/queue.html",
        title=one.title,
        queue=one,
        card=card,
        mine=list(_rows(mine, at, names)),
        waiting=list(_rows(waiting, at, names)),
        others=list(_rows(others, at, names)),
        may_pick=bool(one.pickers & by.roles),
        skip=acts.with_reasons([acts.Act(_SKIP, item.ref, "") for item in mine]),
    )


def take_next(request: HttpRequest, code: str) -> HttpResponse:
    """Take the next piece of a queue and lead to its page."""
    one = reads.one_of(reads.of_person(request.user), code)
    try:
        found = queues.claim_next(queue=one.code, by=frame.actor(request), at=frame.at(request))
    except Conflict as error:
        messages.warning(request, error.title)
        return _back(one)
    if found is None:
        messages.info(request, _("Nothing waits that fits you."))
        return _back(one)
    return HttpResponseRedirect(_work_url(found))


def take(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a chosen piece and lead to its page."""
    item, one = _item(request, ref)
    try:
        queues.claim(item.pk, customer=item.customer_ref, by=frame.actor(request), at=frame.at(request))
    except (Conflict, Forbidden) as error:
        messages.warning(request, error.title)
        return _back(one)
    return HttpResponseRedirect(_work_url(item))


def give_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Give a piece back, with a reason that keeps it away for an hour, or without."""
    item, one = _item(request, ref)
    reason = request.POST.get("reason", "")
    by, at = frame.actor(request), frame.at(request)
    try:
        if reason:
            queues.skip(item.pk, reason=reason, by=by, at=at)
        else:
            queues.release(item.pk, by=by, at=at)
    except (Conflict, Invalid) as error:
        messages.warning(request, error.title)
    else:
        messages.success(request, _("Given back."))
    return _back(one)


def _item(request: HttpRequest, ref: str) -> tuple[Any, Queue]:
    own = reads.of_person(request.user)
    item = reads.item(_key(ref), queues=own)
    return item, reads.one_of(own, item.queue)


def _key(ref: str) -> UUID:
    try:
        return ids.decode("wki", ref)
    except DomainError as error:
        raise NotFound from error


def _back(one: Queue) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:queue", args=[one.code]))


def _work_url(item: Any) -> str:
    return shown.link_of(item.subject_id) or reverse("admin:queue", args=[item.queue])


def _rows(items: list[Any], at: datetime, names: dict[str, str]) -> Iterator[Row]:
    for item in items:
        band, words = _band(item.due_at, at)
        yield Row(
            ref=item.ref,
            title=item.title,
            link=shown.ref(item.subject_id),
            age=timesince(item.opened_at, at, depth=1),
            due=words,
            band=band,
            badge=shown.badge(item.state, item.get_state_display()),
            holder=names.get(item.claimed_by, item.claimed_by),
            url=_work_url(item),
            is_open=item.state == WorkItemState.OPEN,
        )


def _band(due_at: datetime | None, at: datetime) -> tuple[str, Any]:
    """Return how urgent something is: a word for its colour, and words for the eye."""
    if due_at is None:
        return "later", _("No date")
    if due_at <= at:
        return "overdue", _("Overdue by %(span)s") % {"span": timesince(due_at, at, depth=1)}
    if due_at.date() == at.date():
        return "today", _("Due today, in %(span)s") % {"span": timesince(at, due_at, depth=1)}
    return "later", _("Due in %(span)s") % {"span": timesince(at, due_at, depth=1)}


PAGES = (
    Page("queues/<str:code>/", "queue", queue, _CLAIM),
    Page("queues/<str:code>/next/", "queue_next", take_next, _CLAIM, ("POST",)),
    Page("work/<str:ref>/take/", "work_take", take, _CLAIM, ("POST",)),
    Page("work/<str:ref>/give-back/", "work_give_back", give_back, _CLAIM, ("POST",)),
)
