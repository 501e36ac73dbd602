"""Lists of top-ups, of the cards that they come from, and of when money can be used."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin, SinceFilter
from apps.payments.admin import payments
from apps.payments.models import PaymentMethod, ReleasePolicy, TopUp

_VIEW = ("accounts.customer.view",)


@admin.register(TopUp)
class TopUpAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    money = {"amount": "currency"}
    refs = {"ledger_txn": "txn"}
    list_display = ("ref", "created_at", "customer", "payment_method", "amount", "status", "decline_code", "ledger_txn")
    list_filter = ("status", SinceFilter)
    pages = payments.PAGES


@admin.register(PaymentMethod)
class PaymentMethodAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "created_at", "customer", "brand", "last4", "status", "refusal_code")
    list_filter = (SinceFilter,)


@admin.register(ReleasePolicy)
class ReleasePolicyAdmin(ReadOnlyAdmin):
    permissions = ("payments.attempt.view",)
    list_display = ("ref", "connector", "mode", "valid_from", "valid_to")
