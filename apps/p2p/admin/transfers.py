"""Lists of transfers, and of how often customers looked others up."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin, SinceFilter
from apps.p2p.models import PayeeLookup, Transfer

_VIEW = ("accounts.customer.view",)


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    money = {"amount": "currency"}
    refs = {"ledger_txn": "txn"}
    list_display = ("ref", "created_at", "sender", "receiver", "amount", "status", "note_sealed", "ledger_txn")
    list_filter = (SinceFilter,)


@admin.register(PayeeLookup)
class PayeeLookupAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "customer", "day_key", "opens_at", "used")
    list_filter = (SinceFilter,)
