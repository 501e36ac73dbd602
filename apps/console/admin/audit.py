"""The audit: who did what to whom, by code and by id, and whether the chain that seals it is whole."""

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.console.admin.timeline import person
from apps.console.enums import Permission
from apps.console.selectors import chain, staff
from apps.console.services import verification
from apps.core.admin import frame, keyset, shown
from apps.core.admin.frame import Page
from apps.core.selectors import audit_log

_VIEW = (Permission.AUDIT_VIEW.value,)
_PER_PAGE: Final = 50
_LONGEST: Final = 80
_FIELDS: Final = {
    "action": _("Action"),
    "actor": _("Who did it"),
    "subject": _("To what"),
    "customer": _("Customer"),
}


def listing(request: HttpRequest) -> HttpResponse:
    """Show events, the newest first, by exact codes and ids."""
    asked = {name: request.GET.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    rows = audit_log.events(**asked)
    page = keyset.page(rows, ("-id",), limit=_PER_PAGE, after=request.GET.get("after", ""))
    names = staff.names(row.actor_id for row in page.rows)
    return frame.render(
        request,
        "console/audit.html",
        title=_("Audit"),
        events=[_line(row, names) for row in page.rows],
        after=page.after,
        query=urlencode({name: value for name, value in asked.items() if value}),
        fields=[(name, label, asked[name]) for name, label in _FIELDS.items()],
        is_asked=any(asked.values()),
        chain=chain.state(),
    )


def verify(request: HttpRequest) -> HttpResponse:
    """Read the newest blocks of the chain again, and say whether anything in them was altered."""
    verdict = verification.newest(by=frame.actor(request), at=frame.at(request))
    fault = verdict.fault
    if fault is None and not verdict.blocks:
        messages.success(request, _("No block is sealed yet; the events that wait are whole."))
    elif fault is None:
        found = {"count": verdict.blocks, "rows": verdict.rows}
        whole = ngettext(
            "%(count)s block is whole, with %(rows)s events.",
            "%(count)s blocks are whole, with %(rows)s events.",
            verdict.blocks,
        )
        messages.success(request, whole % found)
    else:
        place = {"kind": fault.kind, "block": fault.block, "row": fault.row}
        messages.error(request, _("Not whole (%(kind)s), in block %(block)s. %(row)s") % place)
    return HttpResponseRedirect(reverse("admin:audit"))


def _line(row: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "url": shown.link_of(row.ref),
        "at": shown.instant(row.at),
        "action": row.action,
        "by": person(row.actor_id, names),
        "roles": ", ".join(row.roles),
        "subject": shown.text(row.subject),
        "outcome": "" if row.outcome == "done" else shown.badge(row.outcome, row.outcome),
        "reason": " · ".join(filter(None, (row.reason_code, row.reason_text))),
        "door": row.door,
    }


PAGES = (
    Page("audit/", "audit", listing, _VIEW),
    Page("audit/verify/", "audit_verify", verify, _VIEW, ("POST",)),
)
