"""Lists of customers and of how others see them."""

from django.contrib import admin

from apps.accounts.enums import Permission
from apps.accounts.models import Customer, Profile
from apps.core.admin import ReadOnlyAdmin, SinceFilter

_VIEW = (Permission.CUSTOMER_VIEW.value,)


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "legal_name_sealed", "kind", "country", "status", "tier", "active_at", "created_at")
    list_select_related = ("tier",)
    list_filter = (SinceFilter,)


@admin.register(Profile)
class ProfileAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "customer", "display_name_sealed", "updated_at")
    list_filter = (SinceFilter,)
