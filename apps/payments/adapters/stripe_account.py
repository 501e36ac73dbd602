"""What is known of Stripe without its client, which is slow to load: the account, what is offered, what may be kept."""

from dataclasses import dataclass
from typing import Final

from apps.partners.capabilities import Capabilities, Range
from apps.partners.transport import Limits
from apps.payments.enums import CANCEL, CHARGE, READ, SEARCH

NAME: Final = "stripe"
ADD_CUSTOMER: Final = "customers.create"
ATTACH: Final = "payment_methods.attach"
DETACH: Final = "payment_methods.detach"

CAPABILITIES: Final = Capabilities(
    operations=frozenset({ADD_CUSTOMER, ATTACH, DETACH, CHARGE, READ, SEARCH, CANCEL}),
    currencies={
        "USD": Range(50, 99_999_999),
        "EUR": Range(50, 99_999_999),
        "GBP": Range(30, 99_999_999),
        "JPY": Range(50, 99_999_999),
    },
    idempotency="header",
    query_by_reference=True,
    webhooks="timestamped_hmac",
    fidelity="high",
)
KEPT_FIELDS: Final = frozenset(
    {
        *("id", "object", "type", "status", "amount", "amount_received", "amount_capturable", "currency", "created"),
        *("reference", "customer", "latest_charge", "payment_intent", "charge", "code", "decline_code", "param"),
        *("confirm", "capture_method", "cancellation_reason", "livemode", "has_more"),
    }
)


@dataclass(frozen=True, slots=True)
class Account:
    """Address, keys, and the secrets that sign events; two secrets count while one replaces the other."""

    api_base: str
    secret_key: str
    webhook_secrets: tuple[str, ...]
    limits: Limits | None = None

    @property
    def environment(self) -> str:
        """Return whether the money is real."""
        return "live" if self.secret_key.startswith("sk_live_") else "test"
