"""Partners' events: verified by their raw bytes, kept once, and acted on by reading the partner's object again."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from apps.core import db, outbox
from apps.core.actors import Actor
from apps.core.services import data_keys
from apps.partners.outcomes import Retryable, Unknown
from apps.partners.verifiers import Verdict, timestamped_hmac
from apps.payments.adapters import registry, stripe_events
from apps.payments.adapters.stripe_events import Event
from apps.payments.enums import OPEN, AnomalyReason, InboxResult, Topic, TopUpStatus
from apps.payments.errors import EventUnreadable, NotMatchedYet, PartnerUnavailable, SignatureRefused
from apps.payments.models import TopUp, WebhookInbox
from apps.payments.selectors import inbox as selectors
from apps.payments.selectors import top_ups
from apps.payments.services import anomalies, readings

HELD: Final = timedelta(minutes=15)
"""How long an event of nothing known waits: what it speaks of may still be committing here."""
_SUCCEEDED: Final = "payment_intent.succeeded"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done with a message; not new: its event had been kept before."""

    inbox: WebhookInbox
    is_new: bool


def receive(*, partner: str, body: bytes, signature: str, by: Actor, at: datetime) -> Receipt:
    """Keep a partner's message if it is signed, now, and an event; what follows is done after the commit.

    Order: signature, event, row with the body sealed, topic payments.webhook.received. The same event again writes
    nothing, and an anomaly where its content differs.
    Raises: signature_refused, event_unreadable, duplicate when the same event is being kept at this moment.
    """
    connector = registry.named(partner)
    verdict = timestamped_hmac(header=signature, body=body, secrets=connector.account.webhook_secrets, at=at)
    if verdict != Verdict.GENUINE:
        raise SignatureRefused(verdict=verdict.value)
    event, digest = _event(body), hashlib.sha256(body).digest()
    known = selectors.of_event(partner=partner, environment=connector.environment, event_id=event.id)
    if known is not None and bytes(known.body_sha256) == digest:
        return Receipt(known, is_new=False)
    with db.unit(by=by, at=at, why="receive"):
        if known is not None:
            anomalies.record(inbox=known, wanted=event.kind, reason=AnomalyReason.BODY_DIFFERS)
            return Receipt(known, is_new=False)
        row = WebhookInbox(
            partner=partner,
            environment=connector.environment,
            event_id=event.id,
            kind=event.kind,
            object_ref=event.object_ref,
            reference=event.reference,
            body_sealed=data_keys.seal(owner=selectors.owner(partner), column=selectors.BODY, text=body.decode()),
            body_sha256=digest,
            received_at=at,
        )
        row.save()
        outbox.publish(Topic.WEBHOOK_RECEIVED, subject=row)
    return Receipt(row, is_new=True)


def process(inbox: UUID, *, by: Actor, at: datetime) -> InboxResult | None:
    """Act on a kept event: read the partner's object and let that decide. None where it was processed before.

    Raises: event_not_matched while what it speaks of may still come; partner_unavailable when it cannot be read now.
    """
    row = selectors.by_id(inbox)
    if row.processed_at is not None:
        return None
    if row.kind not in stripe_events.HANDLED:
        return _closed(row, InboxResult.IGNORED, by=by, at=at)
    top_up = top_ups.by_partner(
        connector=row.partner, environment=row.environment, reference=row.reference, payment=row.object_ref
    )
    if top_up is None:
        if at - row.received_at < HELD:
            raise NotMatchedYet(event=row.ref)
        return _closed(row, InboxResult.UNMATCHED, by=by, at=at)
    if _tells_nothing_new(row, top_up):
        return _closed(row, InboxResult.STALE, by=by, at=at)
    reading = readings.read(top_up.pk, payment=row.object_ref, by=by, at=at)
    if isinstance(reading.outcome, Retryable | Unknown) and reading.outcome.code != "integrity":
        raise PartnerUnavailable(code=reading.outcome.code)
    moved = reading.top_up.status != top_up.status
    return _closed(row, InboxResult.APPLIED if moved else InboxResult.STALE, by=by, at=at)


def _event(body: bytes) -> Event:
    try:
        return stripe_events.read(body)
    except stripe_events.UnreadableEvent:
        raise EventUnreadable from None


def _tells_nothing_new(row: WebhookInbox, top_up: TopUp) -> bool:
    """Tell whether an event is about an end that is known already: of this very payment, or not of money."""
    if top_up.status in OPEN:
        return False
    if row.kind == _SUCCEEDED:
        return top_up.status == TopUpStatus.CAPTURED and top_up.partner_ref == row.object_ref
    return True


def _closed(row: WebhookInbox, result: InboxResult, *, by: Actor, at: datetime) -> InboxResult:
    with db.unit(by=by, at=at, why="process"):
        db.current().take(WebhookInbox, [row.pk])
        WebhookInbox.objects.filter(pk=row.pk, processed_at__isnull=True).update(processed_at=at, result=result)
        if result == InboxResult.UNMATCHED:
            anomalies.record(inbox=row, wanted=row.kind, reason=AnomalyReason.UNMATCHED)
    return result
