"""How Stripe's client reaches the wire: by our own transport, which tells silence from refusal."""

import json
import threading
from collections.abc import Mapping
from typing import Any

import stripe

from apps.partners.transport import Exchange, NoAnswer, Transport


class StripeHttp(stripe.HTTPClient):
    """The client's way to the wire: our transport, which keeps the last exchange of each thread."""

    name = "strongroom"

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport
        self._local = threading.local()

    @property
    def last(self) -> Exchange | None:
        """Return the exchange of this thread's call, if there was a whole answer."""
        found: Exchange | None = getattr(self._local, "exchange", None)
        return found

    def forget(self) -> None:
        """Begin a call."""
        self._local.exchange = None

    def answer(self) -> Mapping[str, Any]:
        """Return the object that came back. Raises: ValueError."""
        found = json.loads(self.last.body) if self.last else None
        if not isinstance(found, dict):
            message = "no object"
            raise TypeError(message)
        return found

    def request(  # type: ignore[override]  # the client passes no usage here
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[str, int, Mapping[str, str]]:
        """Send one request. Raises: NotSent, NoAnswer."""
        content = post_data.encode() if isinstance(post_data, str) else post_data
        found = self._transport.send(method.upper(), url, headers=headers or {}, content=content)
        self._local.exchange = found
        if not found.headers.get("content-type", "").startswith("application/json"):
            word = f"http_{found.status}_no_json"
            raise NoAnswer(word)
        return found.body.decode("utf-8", "replace"), found.status, found.headers

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()
