"""Lists of wallets, of their currencies and of their owners."""

from django.contrib import admin

from apps.accounts.enums import Permission
from apps.accounts.models import Wallet, WalletBalance, WalletOwner
from apps.core.admin import ReadOnlyAdmin, SinceFilter

_VIEW = (Permission.CUSTOMER_VIEW.value,)


@admin.register(Wallet)
class WalletAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "owner", "kind", "name", "default_currency", "status", "created_at")
    list_filter = (SinceFilter,)


@admin.register(WalletBalance)
class WalletBalanceAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    refs = {"ledger_account": "lac"}
    list_display = ("ref", "wallet", "currency", "ledger_account", "status", "created_at")
    list_filter = (SinceFilter,)


@admin.register(WalletOwner)
class WalletOwnerAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "wallet", "customer", "role", "since", "until")
    list_filter = (SinceFilter,)
