"""The chain of audit events: sealed without losing any, and whatever is changed in it is found and named."""

from datetime import UTC, datetime
from uuid import uuid4

from apps.core import actors, audit, db
from apps.core.models import AuditEvent
from apps.core.selectors import chains
from apps.core.services import audit_blocks, sealing
from apps.core.services.audit_blocks import CHAIN

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


BY = actors.system("test")


def record(count=1, **columns):
    """Write some events in one transaction and return them."""
    with db.unit(by=BY, at=AT):
        keys = [audit.record(action="core.thing.do", subject=f"thg_{uuid4().hex}", **columns) for _ in range(count)]
    return list(AuditEvent.objects.filter(pk__in=keys).order_by("pk"))


def seal():
    return audit_blocks.seal(by=BY, at=AT)


def seal_up_to(limit):
    with db.unit(by=BY, at=AT):
        return sealing.seal_next(chain=CHAIN, limit=limit)


def verify(**options):
    return audit_blocks.verify(**{"from_block": newest().seq, **options}, by=BY, at=AT)


def newest():
    return chains.last_block(CHAIN)


MOVE = "UPDATE core_auditevent SET xid = (SELECT xid FROM core_auditevent WHERE id = %s) WHERE id = %s"
