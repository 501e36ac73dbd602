"""Stripe's events as they come in: signed bytes in, who and what out. What they say of money is never believed."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

HANDLED: Final = frozenset(
    {
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.processing",
        "payment_intent.canceled",
        "payment_intent.requires_action",
    }
)
_ID: Final = re.compile(r"[A-Za-z0-9_]{1,100}", re.ASCII)
_KIND: Final = re.compile(r"[a-z0-9_.]{1,100}", re.ASCII)
_REFERENCE: Final = re.compile(r"[a-z]{2,4}_[0-9a-z]{26}", re.ASCII)


class UnreadableEvent(ValueError):
    """Bytes that are no event of the partner."""


@dataclass(frozen=True, slots=True)
class Event:
    """What an event is about: its own id and kind, the partner's object, and our reference where it has one."""

    id: str
    kind: str
    object_ref: str
    reference: str

    @property
    def is_handled(self) -> bool:
        """Tell whether anything follows from events of this kind."""
        return self.kind in HANDLED


def read(body: bytes) -> Event:
    """Return the event of a message. Raises: UnreadableEvent."""
    try:
        found: Any = json.loads(body)
        about = found["data"]["object"]
        event = Event(
            id=_matched(_ID, found["id"]),
            kind=_matched(_KIND, found["type"]),
            object_ref=str(about.get("id") or "")[:100],
            reference=str((about.get("metadata") or {}).get("reference") or ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        message = "not an event"
        raise UnreadableEvent(message) from None
    return event if _REFERENCE.fullmatch(event.reference) else Event(event.id, event.kind, event.object_ref, "")


def _matched(form: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        message = "not of the form"
        raise ValueError(message)
    return value
