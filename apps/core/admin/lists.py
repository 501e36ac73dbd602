"""Lists of what happened, of what must follow, of keys and of timed jobs."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.core.admin import shown
from apps.core.admin.filters import SinceFilter
from apps.core.admin.readonly import ReadOnlyAdmin, Table
from apps.core.models import (
    AuditBlock,
    AuditEvent,
    DataKey,
    IdempotencyKey,
    JobOutcome,
    OutboxDelivery,
    OutboxMessage,
)
from apps.core.selectors import audit_log


def seal(event: AuditEvent) -> Table:
    """Return the block that seals an event."""
    block = audit_log.block_of(event)
    rows = [[shown.ref(block.ref), block.seq, shown.instant(block.sealed_at)]] if block else []
    return Table(_("Sealed in"), (_("Block"), _("Number"), _("Sealed at")), rows)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    permissions = ("console.audit.view",)
    tables = (seal,)
    list_display = ("ref", "at", "action", "subject", "actor_id", "outcome", "reason_code", "door")
    list_filter = (SinceFilter,)


@admin.register(AuditBlock)
class AuditBlockAdmin(ReadOnlyAdmin):
    permissions = ("console.audit.view",)
    keyset = ("-seq",)
    list_display = ("ref", "seq", "sealed_at", "count", "xid_from", "xid_to", "hash", "anchored_at")


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    permissions = ("console.audit.view",)
    list_display = ("ref", "at", "topic", "subject", "customer_ref", "actor_id")
    list_filter = (SinceFilter,)


@admin.register(OutboxDelivery)
class OutboxDeliveryAdmin(ReadOnlyAdmin):
    permissions = ("console.audit.view",)
    refs = {"message_id": "obx"}
    list_display = ("ref", "handler", "subject", "state", "attempts", "next_at", "done_at", "last_error")
    list_filter = ("state", SinceFilter)


@admin.register(DataKey)
class DataKeyAdmin(ReadOnlyAdmin):
    permissions = ("console.audit.view",)
    list_display = ("ref", "owner", "key_ring_id", "created_at", "destroyed_at", "destroyed_by")
    list_filter = (SinceFilter,)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    permissions = ("console.audit.view",)
    list_display = ("ref", "scope", "key", "status_code", "subject", "created_at", "trimmed_at")
    list_filter = (SinceFilter,)


@admin.register(JobOutcome)
class JobOutcomeAdmin(ReadOnlyAdmin):
    permissions = ("console.audit.view",)
    list_display = ("job", "owner_app", "outcome", "last_started_at", "last_finished_at", "max_age_s", "error")
