"""Lists of calls to partners and of what their codes mean."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin, SinceFilter
from apps.partners.models import Attempt, PartnerErrorMap

_VIEW = ("payments.attempt.view",)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "prepared_at", "connector", "operation", "subject", "retry_no", "outcome", "code")
    list_filter = (SinceFilter,)


@admin.register(PartnerErrorMap)
class PartnerErrorMapAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "connector", "operation", "http_status", "code", "verdict", "valid_from", "valid_to")
