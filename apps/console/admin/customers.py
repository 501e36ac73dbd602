"""The page of a customer: who it is, what they have, and everything that happened, with the acts on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import CustomerStatus, Permission, WalletStatus
from apps.console.admin import timeline as shapes
from apps.console.enums import Permission as ConsolePermission
from apps.console.enums import Stream
from apps.console.selectors import acts, profile, timeline
from apps.console.selectors.acts import Act
from apps.console.services import access, commands
from apps.core import ids
from apps.core.admin import frame, shown
from apps.core.admin.frame import Page
from apps.core.errors import DomainError, Forbidden, NotFound
from apps.core.money import Money

_VIEW = (Permission.CUSTOMER_VIEW.value, ConsolePermission.RECORD_VIEW.value)
_NOTE = 500
_CHOICES = (Stream.MONEY, Stream.IDENTITY, Stream.TALK, Stream.SIGN_IN, Stream.STAFF)


@dataclass(frozen=True, slots=True)
class Filter:
    """A link that shows some streams of the timeline alone."""

    label: Any
    query: str
    is_chosen: bool


def customer(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the page; that it was opened is written down."""
    key = _key(ref)
    access.open_customer(key, by=frame.actor(request), at=frame.at(request))
    return _page(request, key)


def reveal(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the page with the addresses in full, once."""
    key = _key(ref)
    try:
        contacts = access.reveal_contacts(
            key,
            reason=request.POST.get("reason", ""),
            note=_note(request),
            by=frame.actor(request),
            at=frame.at(request),
        )
    except Forbidden:
        raise
    except DomainError as error:
        return _page(request, key, status=error.status, refused=error)
    return _page(request, key, revealed=contacts)


def act(request: HttpRequest, ref: str) -> HttpResponse:
    """Carry out a command on the customer or on a wallet, and show the page again."""
    key = _key(ref)
    try:
        commands.run(
            name=request.POST.get("command", ""),
            subject=request.POST.get("subject", ""),
            reason=request.POST.get("reason", ""),
            note=_note(request),
            by=frame.actor(request),
            at=frame.at(request),
        )
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        return _page(request, key, status=error.status, refused=error)
    messages.success(request, _("Done, and written down with your reason."))
    return HttpResponseRedirect(reverse("admin:customer", args=[ref]))


def _page(request: HttpRequest, key: UUID, status: int = 200, **more: Any) -> HttpResponse:
    at, chosen = frame.at(request), _chosen(request)
    found = profile.of_customer(key, at=at)
    offered = acts.with_reasons([one for one in _acts(found) if frame.holds(request, [one.needs])])
    whose = timeline.Whose(key, found.ref, found.login)
    page = timeline.page(whose, streams=chosen, before=request.GET.get("before", ""))
    return frame.render(
        request,
        "console/customer.html",
        status,
        title=_("Customer"),
        customer=found,
        is_frozen=found.status == CustomerStatus.FROZEN,
        acts=[one for one in offered if one.subject],
        reveal=next((one for one in offered if not one.subject), None),
        wallets=[_wallet(card) for card in found.wallets],
        limits=[_limit(row) for row in found.standing],
        work=[(item, shown.ref(item.subject_id)) for item in found.work],
        events=shapes.lines(page),
        older=page.older,
        filters=list(_filters(request, chosen)),
        stream=request.GET.get("stream", ""),
        record_url=reverse("admin:accounts_customer_change", args=[found.ref]),
        at=at,
        **more,
    )


def _acts(found: profile.Profile) -> Iterator[Act]:
    """Return the acts that fit the present states; the one without a subject shows addresses."""
    yield Act(acts.REVEAL, "", "", ConsolePermission.REVEAL_MAKE.value)
    if found.status == CustomerStatus.FROZEN:
        yield Act("accounts.customer.unfreeze", found.ref, _("Unfreeze the customer"))
    elif found.status not in (CustomerStatus.CLOSING, CustomerStatus.CLOSED):
        yield Act("accounts.customer.freeze", found.ref, _("Freeze the customer"))
    for wallet in found.wallets:
        if wallet.status == WalletStatus.FROZEN:
            yield Act("accounts.wallet.unfreeze", wallet.ref, _("Unfreeze the wallet"))
        elif wallet.status == WalletStatus.ACTIVE:
            yield Act("accounts.wallet.freeze", wallet.ref, _("Freeze the wallet"))


def _wallet(card: profile.WalletCard) -> dict[str, Any]:
    """Return a wallet with its amounts in words; what is not simply available is told apart."""
    balances = [
        {
            "available": shown.amount(one.available),
            "posted": shown.amount(one.posted) if one.posted != one.available else "",
            "pending": shown.amount(one.pending_in) if one.pending_in.amount else "",
        }
        for one in card.balances
    ]
    return {"card": card, "link": shown.ref(card.ref), "balances": balances}


def _limit(row: Any) -> dict[str, Any]:
    """Return a limit with its amounts in words."""
    bound, used = row.limit or 0, Money(row.used, row.currency)
    left = Money(row.left or 0, row.currency)
    return {
        "label": f"{row.operation.label}, {row.window.label}",
        "limit": bound,
        "row": row,
        "used": shown.amount(used),
        "left": shown.amount(left),
        "bound": shown.amount(Money(bound, row.currency)),
    }


def _key(ref: str) -> UUID:
    try:
        return ids.decode("cus", ref)
    except ids.BadId as error:
        raise NotFound from error


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "").strip()[:_NOTE]


def _streams(request: HttpRequest) -> list[Stream]:
    """Return the streams that this person may read."""
    sees_readings = frame.holds(request, [ConsolePermission.AUDIT_VIEW.value])
    return [*_CHOICES, Stream.READING] if sees_readings else list(_CHOICES)


def _chosen(request: HttpRequest) -> list[Stream]:
    wanted = request.GET.get("stream", "")
    permitted = _streams(request)
    return [stream for stream in permitted if stream.value == wanted] or list(_CHOICES)


def _filters(request: HttpRequest, chosen: list[Stream]) -> Iterator[Filter]:
    is_all = len(chosen) > 1
    yield Filter(_("All"), "?", is_all)
    for stream in _streams(request):
        yield Filter(stream.label, f"?stream={stream.value}#timeline", not is_all and stream in chosen)


shown.page_for("cus", "admin:customer")

PAGES = (
    Page("customers/<str:ref>/", "customer", customer, _VIEW),
    Page("customers/<str:ref>/reveal/", "customer_reveal", reveal, (ConsolePermission.REVEAL_MAKE.value,), ("POST",)),
    Page("customers/<str:ref>/act/", "customer_act", act, _VIEW, ("POST",)),
)
