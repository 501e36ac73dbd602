"""Lists of accounts, of what they have, and of the words of the books."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin, SinceFilter, Table, shown
from apps.core.money import Money
from apps.ledger.models import Account, Asset, Balance, BoundsChange, GlCode
from apps.ledger.selectors import balances, entries, holds

_VIEW = ("ledger.account.view",)
_SHOWN = 25


def figures(account: Account) -> Table:
    """Return what an account has now."""
    headers = (_("Available"), _("Booked"), _("Coming in"))
    return Table(_("Balance"), headers, [_triple(one) for one in balances.triple(account.pk).values()])


def _triple(one: Any) -> list[Any]:
    return [shown.amount(Money(figure, one.asset)) for figure in (one.available, one.posted, one.pending_in)]


def newest(account: Account) -> Table:
    """Return the last entries of an account."""
    lines = entries.page(account=account.pk, limit=_SHOWN).lines
    headers = (_("Transaction"), _("Booked at"), _("Kind"), _("Subject"), _("Amount"), _("Balance after"))
    return Table(_("Last entries"), headers, [_line(line) for line in lines])


def _line(line: entries.LineView) -> list[Any]:
    return [
        shown.ref(entries.ref_of(line.txn)),
        shown.instant(line.posted_at),
        line.kind,
        shown.text(line.subject),
        shown.amount(Money(line.amount, line.asset)),
        shown.amount(Money(line.balance_after, line.asset)),
    ]


def promised(account: Account) -> Table:
    """Return the open holds of an account."""
    headers = (_("Hold"), _("Placed at"), _("Kind"), _("Subject"), _("Left of it"), _("Expires at"), _("Reason"))
    rows = [
        [
            shown.ref(one.ref),
            shown.instant(one.placed_at),
            one.get_kind_display(),
            shown.text(one.subject),
            shown.amount(Money(one.remaining, one.asset)),
            shown.instant(one.expires_at) if one.expires_at else "",
            shown.text(one.reason_code),
        ]
        for one in holds.open_of(account.pk)
    ]
    return Table(_("Open holds"), headers, rows)


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "no", "gl_code", "asset", "owner_ref", "qualifier", "status", "opened_on")
    list_select_related = ("gl_code", "asset")
    list_filter = (SinceFilter,)
    tables = (figures, promised, newest)


@admin.register(Balance)
class BalanceAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    keyset = ("-account_id",)
    money = {"posted": "asset", "held": "asset", "floor": "asset", "ceiling": "asset"}
    list_display = ("account_id", "asset", "posted", "held", "floor", "ceiling", "version", "last_at")


@admin.register(BoundsChange)
class BoundsChangeAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "at", "account", "floor", "ceiling", "flags", "reason_code", "actor")
    list_filter = (SinceFilter,)


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("code", "name", "kind", "exponent", "status")


@admin.register(GlCode)
class GlCodeAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("code", "name", "account_class", "normal_side")
