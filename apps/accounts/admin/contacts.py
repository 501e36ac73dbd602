"""Lists of addresses, and of the words that staff search."""

from django.contrib import admin

from apps.accounts.enums import Permission
from apps.accounts.models import ContactPoint, CustomerSearch
from apps.core.admin import ReadOnlyAdmin, SinceFilter

_VIEW = (Permission.CUSTOMER_VIEW.value,)


@admin.register(ContactPoint)
class ContactPointAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "customer", "kind", "value_sealed", "is_primary", "verified_at", "changed_at")
    list_filter = (SinceFilter,)


@admin.register(CustomerSearch)
class CustomerSearchAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "customer", "legal_name", "display_name", "email", "phone")
    list_filter = (SinceFilter,)
