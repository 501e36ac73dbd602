"""One box that finds anything: a form that posts, because what people type is personal."""

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import Permission as AccountsPermission
from apps.console.enums import Why
from apps.console.selectors import hits
from apps.console.selectors.hits import Hit
from apps.console.services import search as service
from apps.core import ids
from apps.core.admin import frame, shown
from apps.core.admin.frame import Page
from apps.helpdesk.enums import Permission as HelpdeskPermission

_LONGEST = 200
KEPT_S = 600


def search(request: HttpRequest) -> HttpResponse:
    """Show the empty form, or look for what was typed and lead to what was found."""
    if request.method != "POST":
        return frame.render(request, "console/search.html", title=_("Search"), is_form=True)
    answer = service.run(
        term=request.POST.get("term", "").replace("\x00", "")[:_LONGEST],
        sees_customers=frame.holds(request, [AccountsPermission.CUSTOMER_VIEW.value]),
        sees_tickets=frame.holds(request, [HelpdeskPermission.TICKET_READ.value]),
        by=frame.actor(request),
        at=frame.at(request),
    )
    if not answer.goto:
        name = ids.new().hex
        cache.set(_place(request, name), [(hit.ref, hit.why.value) for hit in answer.hits], KEPT_S)
        return HttpResponseRedirect(reverse("admin:found", args=[name]))
    url = shown.link_of(answer.goto)
    if not url:
        messages.warning(request, _("No kind of thing has such an id."))
    return HttpResponseRedirect(url or reverse("admin:search"))


def found(request: HttpRequest, name: str) -> HttpResponse:
    """Show what a search found; the list is kept for ten minutes, for the person who searched."""
    kept = cache.get(_place(request, name))
    if kept is None:
        raise Http404
    lines = hits.lines([Hit(ref, Why(why)) for ref, why in kept])
    rows = [(shown.link_of(line.ref), line) for line in lines]
    return frame.render(request, "console/search.html", title=_("Search"), rows=rows)


def _place(request: HttpRequest, name: str) -> str:
    return f"console.search:{frame.actor(request).id}:{name}"


PAGES = (
    Page("search/", "search", search, methods=("GET", "HEAD", "POST")),
    Page("search/<slug:name>/", "found", found),
)
