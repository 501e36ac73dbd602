"""List of the reasons that may be given."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.workflow.enums import Permission
from apps.workflow.models import ReasonCode


@admin.register(ReasonCode)
class ReasonCodeAdmin(ReadOnlyAdmin):
    permissions = (Permission.REASON_CODE_MANAGE.value, Permission.WORK_ITEM_CLAIM.value)
    list_display = ("ref", "action", "code", "label", "retired_at", "version")
