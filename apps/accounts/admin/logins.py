"""Lists of logins, of the roles of staff, and of what happened at sign-in."""

from django.contrib import admin

from apps.accounts.enums import Permission
from apps.accounts.models import CredentialEvent, LoginEvent, RoleGrant, User
from apps.core.admin import ReadOnlyAdmin, SinceFilter

_VIEW = (Permission.CUSTOMER_VIEW.value,)
_STAFF = (Permission.ROLE_GRANT.value, "console.audit.view")


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    permissions = _STAFF
    list_display = ("ref", "kind", "email_sealed", "is_active", "human_id", "linked_customer", "created_at")
    list_filter = (SinceFilter,)


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    permissions = _STAFF
    list_display = ("ref", "user", "role", "granted_by", "since", "until")
    list_filter = ("role",)


@admin.register(LoginEvent)
class LoginEventAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "at", "user", "result", "reason", "aal", "ip")
    list_filter = (SinceFilter,)


@admin.register(CredentialEvent)
class CredentialEventAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "at", "user", "kind", "action", "ip")
    list_filter = (SinceFilter,)
