"""Lists of partners' events and of what did not fit. What a message says stays sealed."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin, SinceFilter
from apps.payments.models import InboundAnomaly, WebhookInbox

_VIEW = ("payments.inbox.view",)


@admin.register(WebhookInbox)
class WebhookInboxAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "received_at", "partner", "kind", "reference", "object_ref", "result", "processed_at")
    list_filter = (SinceFilter,)


@admin.register(InboundAnomaly)
class InboundAnomalyAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "at", "subject", "reason", "from_status", "wanted", "attempt_ref")
    list_filter = (SinceFilter,)
