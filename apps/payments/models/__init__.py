"""Rows of payments."""

from apps.payments.models.methods import PaymentMethod
from apps.payments.models.policies import ReleasePolicy
from apps.payments.models.top_ups import TopUp
from apps.payments.models.webhooks_in import InboundAnomaly, WebhookInbox

__all__ = ["InboundAnomaly", "PaymentMethod", "ReleasePolicy", "TopUp", "WebhookInbox"]
