"""What did not fit: kept, and told to operators by an error in the log. Nothing moves by it."""

import structlog

from apps.core import db
from apps.payments.enums import AnomalyReason
from apps.payments.models import InboundAnomaly, TopUp, WebhookInbox

_log = structlog.get_logger(__name__)


def record(
    *,
    reason: AnomalyReason,
    top_up: TopUp | None = None,
    inbox: WebhookInbox | None = None,
    wanted: str = "",
    attempt_ref: str = "",
) -> InboundAnomaly:
    """Keep an anomaly about a top-up, an event, or both. Works inside an open unit."""
    subject = top_up.ref if top_up is not None else inbox.ref if inbox is not None else ""
    anomaly = InboundAnomaly(
        inbox=inbox,
        attempt_ref=attempt_ref,
        subject=subject,
        from_status=top_up.status if top_up is not None else "",
        wanted=str(wanted),
        reason=reason,
        at=db.current().at,
    )
    anomaly.save()
    _log.error("inbound_anomaly", subject=subject, reason=reason.value, wanted=str(wanted))
    return anomaly
