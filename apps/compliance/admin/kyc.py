"""Lists of applications, of their images, and of what applicants were asked."""

from django.contrib import admin

from apps.compliance.admin import reviews
from apps.compliance.enums import Permission
from apps.compliance.models import Document, InformationRequest, KycApplication
from apps.core.admin import ReadOnlyAdmin, SinceFilter

_VIEW = (Permission.APPLICATION_DECIDE.value,)


@admin.register(KycApplication)
class KycApplicationAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "customer", "kind", "target_tier", "status", "submitted_at", "decided_at")
    list_filter = ("status", SinceFilter)
    pages = reviews.PAGES


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "application", "kind", "media_type", "size", "width", "height", "redacted_at", "created_at")
    list_filter = (SinceFilter,)


@admin.register(InformationRequest)
class InformationRequestAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "application", "items", "status", "due_at", "answered_at")
    list_filter = (SinceFilter,)
