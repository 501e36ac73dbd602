"""Lists of holds; a hold's page shows what happened to it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin, SinceFilter, Table, shown
from apps.core.money import Money
from apps.ledger.enums import Permission
from apps.ledger.models import Account, Hold, HoldEvent
from apps.ledger.selectors import accounts, entries, holds

_VIEW = (Permission.HOLD_VIEW.value,)


def account_of(no: int) -> str:
    """Return the typed id of the account with this number."""
    return ", ".join(Account.ref_of(one) for one in accounts.ids_of([no]).values())


def happened(hold: Hold) -> Table:
    """Return the events of a hold."""
    headers = (_("At"), _("Event"), _("Amount"), _("Left of it"), _("Transaction"), _("Reason"), _("By"))
    rows = [
        [
            shown.instant(one.at),
            one.get_act_display(),
            shown.amount(Money(one.amount, hold.asset)),
            shown.amount(Money(one.remaining_after, hold.asset)),
            shown.ref(entries.ref_of(one.txn)) if one.txn else "",
            shown.text(one.reason_code),
            shown.text(one.actor),
        ]
        for one in holds.events_of(hold.pk)
    ]
    return Table(_("Events"), headers, rows)


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    words = {"account_no": account_of}
    money = dict.fromkeys(holds.AMOUNTS, "asset")
    list_display = ("ref", "placed_at", "kind", "subject", "amount", "remaining", "status", "expires_at", "reason_code")
    list_filter = (SinceFilter,)
    tables = (happened,)


@admin.register(HoldEvent)
class HoldEventAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    refs = {"txn": "txn"}
    words = {"account_no": account_of}
    list_display = ("ref", "at", "hold", "act", "amount", "remaining_after", "txn", "reason_code", "actor")
    list_filter = (SinceFilter,)
