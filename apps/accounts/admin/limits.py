"""Lists of tiers, of their bounds, and of what was used of them."""

from django.contrib import admin

from apps.accounts.enums import Permission
from apps.accounts.models import LimitUsage, LimitUsageEntry, Tier, TierLimit
from apps.core.admin import ReadOnlyAdmin, SinceFilter

_VIEW = (Permission.CUSTOMER_VIEW.value,)


@admin.register(Tier)
class TierAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("code", "rank", "name")


@admin.register(TierLimit)
class TierLimitAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    money = {"max_amount": "currency"}
    list_display = ("ref", "tier", "operation", "direction", "currency", "window", "max_amount", "max_count")
    list_filter = ("operation", "window")


@admin.register(LimitUsage)
class LimitUsageAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    money = {"used_amount": "currency"}
    list_display = ("ref", "customer", "operation", "direction", "window", "window_key", "used_amount", "used_count")
    list_filter = (SinceFilter,)


@admin.register(LimitUsageEntry)
class LimitUsageEntryAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "at", "usage", "subject", "delta_amount", "delta_count", "releases")
    list_filter = (SinceFilter,)
