"""The door of partners' events. The signature over the raw bytes is the credential; nothing parses them before."""

from typing import Final

from prometheus_client import Counter
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.actors import Actor, Via
from apps.core.api.base import ApiView
from apps.core.api.middleware import frame_of
from apps.core.api.operations import operation
from apps.core.api.permissions import Public
from apps.core.errors import Duplicate, TooLarge
from apps.payments.errors import EventUnreadable, SignatureRefused
from apps.payments.services import inbox

MAX_BODY: Final = 1024 * 1024
_EVENTS: Final = Counter(
    "strongroom_partner_events", "Events that partners sent, by what they were worth.", ["verdict"]
)


class HookView(ApiView):
    permission = Public(reason="the signature of the message is the credential")
    throttle = "hooks"
    schema = None
    partner = "stripe"

    @operation(
        "hooks_stripe",
        summary="Take an event of Stripe",
        tag="hooks",
        answers={200: None},
        errors=(SignatureRefused, EventUnreadable, TooLarge),
    )
    def post(self, request: Request) -> Response:
        body = _body(request)
        signature = request.headers.get("Stripe-Signature", "")
        by = Actor(
            kind="partner",
            id=f"partner:{self.partner}",
            label=self.partner,
            via=Via(door="partner", request_id=frame_of(request).request_id),
        )
        try:
            receipt = inbox.receive(partner=self.partner, body=body, signature=signature, by=by, at=self.at)
        except SignatureRefused as refusal:
            _EVENTS.labels(str(refusal.context["verdict"])).inc()
            raise
        except Duplicate:
            # The same event came twice at one moment; the other one keeps it.
            _EVENTS.labels("repeated").inc()
            return self.show()
        _EVENTS.labels("new" if receipt.is_new else "repeated").inc()
        return self.show()


def _body(request: Request) -> bytes:
    """Return the raw bytes, or refuse more than a mebibyte. Raises: too_large."""
    content: bytes = request.body
    if len(content) > MAX_BODY:
        raise TooLarge(limit=MAX_BODY)
    return content
