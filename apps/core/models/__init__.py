"""Rows of core."""

from apps.core.models.audit import AuditBlock, AuditEvent
from apps.core.models.data_keys import DataKey
from apps.core.models.idempotency import IdempotencyKey
from apps.core.models.jobs import JobOutcome
from apps.core.models.outbox import OutboxDelivery, OutboxMessage

__all__ = [
    "AuditBlock",
    "AuditEvent",
    "DataKey",
    "IdempotencyKey",
    "JobOutcome",
    "OutboxDelivery",
    "OutboxMessage",
]
