"""The file of an application as its reviewer sees it: images beside facts, and the decision."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.compliance.enums import KYC, DocumentKind, IdNumberKind, Permission
from apps.compliance.selectors import reviews
from apps.compliance.selectors.applications import View
from apps.compliance.selectors.facts import Address, Facts, IdNumber
from apps.compliance.services import applications, readings
from apps.core import ids
from apps.core.admin import Page, frame, shown
from apps.core.errors import DomainError, Forbidden, NotFound

_DECIDE = (Permission.APPLICATION_DECIDE.value,)
_NOTE: Final = 500
_VERDICTS: Final = ("approve", "reject", "ask")


def review(request: HttpRequest, object_id: str) -> HttpResponse:
    """Show the file; that it was opened is written down."""
    return _page(request, _key(object_id))


def decide(request: HttpRequest, object_id: str) -> HttpResponse:
    """Carry out the verdict, or show the file again with the refusal and all that was typed."""
    key = _key(object_id)
    try:
        _carry_out(request, key)
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        return _page(request, key, error.status, refused=error, typed=_typed(request))
    messages.success(request, _("Decided. The customer is told."))
    return HttpResponseRedirect(reverse("admin:queue", args=[KYC.code]))


def _carry_out(request: HttpRequest, key: UUID) -> None:
    """Call the service of the verdict."""
    given = request.POST
    common: dict[str, Any] = {
        "item": _item(given.get("item", "")),
        "version": _whole(given.get("version", "")),
        "note": given.get("note", "").strip()[:_NOTE],
        "by": frame.actor(request),
        "at": frame.at(request),
    }
    match given.get("verdict"):
        case "approve":
            applications.approve(key, reason=given.get("reason_approve", ""), **common)
        case "reject":
            applications.reject(key, reason=given.get("reason_reject", ""), **common)
        case "ask":
            applications.request_more(key, wanted=given.getlist("wanted"), **common)
        case _:
            raise NotFound


def _page(request: HttpRequest, key: UUID, status: int = 200, **more: Any) -> HttpResponse:
    by, at = frame.actor(request), frame.at(request)
    file = readings.open_file(key, by=by, at=at)
    work = file.work
    return frame.render(
        request,
        "compliance/review.html",
        status,
        title=_("Identity check"),
        file=file,
        key=file.ref,
        customer=shown.ref(ids.encode("cus", file.row.customer_id)),
        badge=shown.badge(file.row.status, file.row.get_status_display()),
        facts=_facts(file.facts, reviews.name_in_force(file.row), at.date()),
        images=_images(file),
        work_ref=ids.encode("wki", work.pk) if work else "",
        heartbeat=reverse("staff_work_item_heartbeat", args=[work.pk]) if work and work.is_mine else "",
        choices=reviews.choices(),
        earlier=[_attempt(row) for row in reviews.earlier(file.row)],
        same_number=[shown.ref(ref) for ref in file.same_number],
        queue_url=reverse("admin:queue", args=[KYC.code]),
        record_url=reverse("admin:compliance_kycapplication_change", args=[file.ref]),
        **{"typed": {}, **more},
    )


def _facts(facts: Facts, name_in_force: str, today: date) -> list[dict[str, Any]]:
    """Return the stated facts in words, with what is known already and whether both agree."""
    is_same = facts.legal_name is None or facts.legal_name.casefold() == name_in_force.casefold()
    born = "" if facts.born_on is None else _("%(age)s years") % {"age": _age(facts.born_on, today)}
    return [
        {"label": _("Legal name"), "value": facts.legal_name, "known": name_in_force, "differs": not is_same},
        {"label": _("Born on"), "value": facts.born_on and facts.born_on.isoformat(), "note": born},
        {"label": _("Nationality"), "value": facts.nationality},
        {"label": _("Address"), "value": _address(facts.address)},
        {"label": _("Number"), "value": _number(facts.id_number), "note": _kind(facts.id_number)},
    ]


def _age(born_on: date, today: date) -> int:
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def _address(stated: Address | None) -> str:
    if stated is None:
        return ""
    town = " ".join(filter(None, (stated.postal_code, stated.city)))
    return ", ".join(filter(None, (stated.line1, stated.line2, town, stated.region, stated.country)))


def _number(stated: IdNumber | None) -> str:
    if stated is None:
        return ""
    return stated.number or f"•••• {stated.last4}"


def _kind(stated: IdNumber | None) -> str:
    return "" if stated is None else f"{IdNumberKind(stated.kind).label}, {stated.country}"


def _images(file: View) -> list[dict[str, Any]]:
    """Return the images with their addresses; none for those who do not hold the work."""
    is_mine = file.work is not None and file.work.is_mine
    return [
        {
            "ref": row.ref,
            "label": DocumentKind(row.kind).label,
            "size": f"{row.width} \N{MULTIPLICATION SIGN} {row.height}",
            "url": reverse("staff_kyc_document_content", args=[row.pk]) if is_mine and not row.redacted_at else "",
        }
        for row in file.documents
    ]


def _attempt(row: Any) -> tuple[Any, Any, Any]:
    return shown.ref(row.ref), shown.badge(row.status, row.get_status_display()), shown.instant(row.submitted_at)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """Return what was typed, so that a refusal loses none of it."""
    given = request.POST
    names = ("verdict", "reason_approve", "reason_reject", "note")
    return {**{name: given.get(name, "") for name in names}, "wanted": given.getlist("wanted")}


def _key(ref: str) -> UUID:
    try:
        return ids.decode("kyc", ref)
    except ids.BadId as error:
        raise NotFound from error


def _whole(text: str) -> int:
    """Return a version as a page named it; no number is none that a row has."""
    return int(text) if text.isdecimal() else 0


def _item(ref: str) -> UUID:
    try:
        return ids.decode("wki", ref)
    except ids.BadId as error:
        raise NotFound from error


shown.page_for("kyc", "admin:kyc_review")

PAGES: Final = (
    Page("<str:object_id>/review/", "kyc_review", review, _DECIDE),
    Page("<str:object_id>/review/decide/", "kyc_decide", decide, _DECIDE, ("POST",)),
)
