"""Lists of transactions; a transaction's page shows its entries."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin, SinceFilter, Table, shown
from apps.core.money import Money
from apps.ledger.models import Account, PostingKey, Txn, TxnKind
from apps.ledger.selectors import accounts, entries

_VIEW = ("ledger.journal.view",)


def legs(txn: Txn) -> Table:
    """Return the entries of a transaction."""
    found = entries.transaction(txn.pk)
    rows = [
        [leg.leg, shown.ref(Account.ref_of(leg.account)), shown.amount(Money(leg.amount, leg.asset))]
        for leg in (found.legs if found else ())
    ]
    return Table(_("Entries"), (_("Leg"), _("Account"), _("Amount")), rows)


@admin.register(Txn)
class TxnAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    refs = {"reverses": "txn"}
    words = {"kind": accounts.kind_code}
    list_display = ("ref", "posted_at", "effective_on", "kind", "subject", "legs", "actor", "reverses")
    list_filter = (SinceFilter,)
    tables = (legs,)


@admin.register(TxnKind)
class TxnKindAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("no", "code", "name", "reversible", "meta_keys")


@admin.register(PostingKey)
class PostingKeyAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    keyset = ("-key",)
    refs = {"result_id": "txn"}
    list_display = ("key", "result_id")
