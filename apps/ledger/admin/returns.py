"""Lists of what was given back."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin, SinceFilter
from apps.ledger.models import ReturnCap, TxnLink

_VIEW = ("ledger.journal.view",)


@admin.register(ReturnCap)
class ReturnCapAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    refs = {"origin_txn": "txn"}
    list_display = ("ref", "origin_txn", "leg", "bucket", "original", "used")
    list_filter = (SinceFilter,)


@admin.register(TxnLink)
class TxnLinkAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    refs = {"origin_txn": "txn", "txn": "txn"}
    list_display = ("ref", "txn", "origin_txn", "origin_leg", "relation", "amount")
    list_filter = (SinceFilter,)
