"""One factory per model of core; the table guards use them. Call them inside an open unit."""

from apps.core import audit, db, ids, outbox
from apps.core.models import (
    AuditBlock,
    AuditEvent,
    DataKey,
    IdempotencyKey,
    JobOutcome,
    OutboxDelivery,
    OutboxMessage,
)
from apps.core.services import data_keys

DIGEST = bytes(32)


def audit_event() -> AuditEvent:
    """Return an event about nothing."""
    key = audit.record(action="core.thing.do", subject=ids.encode("thg", ids.new()))
    db.current().flush()
    return AuditEvent.objects.get(pk=key)


def audit_block() -> AuditBlock:
    """Return a block that is not part of the chain: one of the chain needs events of finished transactions."""
    block = AuditBlock(
        seq=ids.new().int >> 66,
        epoch=1,
        xid_from=1,
        xid_to=2,
        count=0,
        prev_hash=DIGEST,
        hash=DIGEST,
        sealed_at=db.current().at,
    )
    block.save()
    return block


def data_key() -> DataKey:
    """Return the data key of a subject that nobody else is."""
    owner = ids.encode("cus", ids.new())
    data_keys.create(owner=owner)
    return DataKey.objects.get(owner=owner)


def idempotency_key() -> IdempotencyKey:
    """Return a key that was claimed and not answered yet."""
    key = IdempotencyKey(scope="usr_test POST /", key=str(ids.new()), request_hash=DIGEST, created_at=db.current().at)
    key.save()
    return key


def job_outcome() -> JobOutcome:
    """Return a job that has not run yet."""
    outcome = JobOutcome(job=f"core.test_{ids.new().hex}", owner_app="core", max_age_s=60)
    outcome.save()
    return outcome


def outbox_message() -> OutboxMessage:
    """Return a message that nobody waits for."""
    key = outbox.publish("core.thing.made", subject=ids.encode("thg", ids.new()))
    db.current().flush()
    return OutboxMessage.objects.get(pk=key)


def outbox_delivery() -> OutboxDelivery:
    """Return a delivery to a handler that does not exist."""
    message = outbox_message()
    delivery = OutboxDelivery(message_id=message.pk, handler="tests.nobody", subject=message.subject)
    delivery.save()
    return delivery
