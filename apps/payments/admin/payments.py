"""The page of a top-up: how it stands, what the partner was asked and said, and its end by hand."""

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import Permission as AccountsPermission
from apps.core import ids
from apps.core.admin import EVERY_RECORD, Page, Table, frame, shown
from apps.core.errors import DomainError, Forbidden, NotFound
from apps.payments.enums import OPEN, UNKNOWN, Finding, Permission, Settlement
from apps.payments.models import TopUp
from apps.payments.selectors import evidence, methods, top_ups
from apps.payments.selectors.evidence import Evidence
from apps.payments.services import settlements

_VIEW: Final = (AccountsPermission.CUSTOMER_VIEW.value, EVERY_RECORD)
_CALLS: Final = (Permission.ATTEMPT_VIEW.value,)
_RESOLVE: Final = (Permission.ATTEMPT_RESOLVE.value,)
_NOTE: Final = 500


def payment(request: HttpRequest, object_id: str) -> HttpResponse:
    """Show a top-up."""
    return _page(request, top_ups.of_ref(object_id))


def reread(request: HttpRequest, object_id: str) -> HttpResponse:
    """Have the partner asked now."""
    row = top_ups.of_ref(object_id)
    try:
        settlements.reread(row.pk, by=frame.actor(request), at=frame.at(request))
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        return _page(request, row, error.status, refused=error)
    messages.success(request, _("The partner is being asked. Load the page again in a moment."))
    return _back(row)


def settle(request: HttpRequest, object_id: str) -> HttpResponse:
    """End it as the partner says, or show the page again with the refusal and all that was typed."""
    row = top_ups.of_ref(object_id)
    try:
        _settle(request, row)
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        return _page(request, top_ups.by_id(row.pk), error.status, refused=error, typed=request.POST)
    messages.success(request, _("Settled, and written down with your reason."))
    return HttpResponseRedirect(reverse("admin:queue", args=[UNKNOWN.code]))


def _settle(request: HttpRequest, row: TopUp) -> None:
    given = request.POST
    try:
        ended, item = Settlement(given.get("ended", "")), ids.decode("wki", given.get("item", ""))
    except (ValueError, ids.BadId) as error:
        raise NotFound from error
    settlements.settle(
        row.pk,
        ended=ended,
        alone=settings.SETTLE_ALONE_MOST,
        item=item,
        version=int(given["version"]) if given.get("version", "").isdecimal() else 0,
        reason=given.get("reason", ""),
        note=given.get("note", "").strip()[:_NOTE],
        by=frame.actor(request),
        at=frame.at(request),
    )


def _page(request: HttpRequest, row: TopUp, status: int = 200, **more: Any) -> HttpResponse:
    sees_calls, may_resolve = frame.holds(request, _CALLS), frame.holds(request, _RESOLVE)
    found = evidence.of(row, at=frame.at(request)) if sees_calls else None
    work = evidence.work_of(row, by=frame.actor(request)) if may_resolve else None
    is_mine = work is not None and work.is_mine
    return frame.render(
        request,
        "payments/payment.html",
        status,
        title=_("Top-up"),
        key=row.ref,
        money=shown.amount(row.money),
        badge=shown.badge(row.status, row.get_status_display()),
        lines=list(_lines(row, found)),
        calls=_calls(row) if sees_calls else None,
        may_reread=may_resolve and row.status in OPEN,
        work=work,
        heartbeat=reverse("staff_work_item_heartbeat", args=[work.item.pk]) if work and is_mine else "",
        endings=Settlement.choices,
        queue_url=reverse("admin:queue", args=[UNKNOWN.code]),
        list_url=reverse("admin:payments_topup_changelist"),
        record_url=shown.record_url(TopUp, row),
        **{"typed": {}, **more},
    )


def _lines(row: TopUp, found: Evidence | None) -> list[tuple[Any, Any]]:
    method = methods.by_id(row.payment_method_id)
    lines = [
        (_("Customer"), shown.ref(ids.encode("cus", row.customer_id))),
        (_("Wallet"), shown.ref(ids.encode("wal", row.wallet_id))),
        (_("Card"), shown.ref(method.ref, f"{method.brand} {method.last4}".strip())),
        (_("Asked for"), shown.instant(row.created_at)),
        (_("Credited"), shown.instant(row.captured_at)),
        (_("In the books"), shown.ref(ids.encode("txn", row.ledger_txn)) if row.ledger_txn else shown.NOTHING),
        (_("Why no money came"), shown.text(row.decline_code)),
        (_("Without an outcome since"), shown.instant(row.unknown_at)),
        (_("Looked at again"), shown.instant(row.next_check_at)),
    ]
    if found is not None:
        said = shown.badge(found.finding, Finding(found.finding).label)
        lines.append((_("What the partner last said"), said))
        lines.append((_("Read"), shown.instant(found.reading.finished_at if found.reading else None)))
    return lines


def _calls(row: TopUp) -> Table:
    """Return what the partner was asked about it, the newest first."""
    rows = [
        [
            shown.ref(one.ref),
            shown.instant(one.prepared_at),
            one.operation,
            str(one.retry_no),
            shown.badge(one.outcome or "open", one.get_outcome_display() or _("Under way")),
            shown.text(one.code),
            shown.text(one.partner_ref),
        ]
        for one in evidence.calls(row.ref).order_by("-id")
    ]
    titles = (_("Id"), _("At"), _("Call"), _("Repetition"), _("Outcome"), _("Code"), _("Partner's id"))
    return Table(_("Calls to the partner"), titles, rows)


def _back(row: TopUp) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:payment", args=[row.ref]))


shown.page_for("top", "admin:payment")

PAGES: Final = (
    Page("<str:object_id>/payment/", "payment", payment, _VIEW),
    Page("<str:object_id>/payment/reread/", "payment_reread", reread, _RESOLVE, ("POST",)),
    Page("<str:object_id>/payment/settle/", "payment_settle", settle, _RESOLVE, ("POST",)),
)
