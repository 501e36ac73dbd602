"""Consumers and staff who call the API as one login, without the way that they signed in."""

import json
from dataclasses import dataclass, replace
from typing import Any

from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.core import ids
from apps.core.actors import Actor, Via


@dataclass(frozen=True)
class Login:
    """What stands for the session of a login."""

    user: User

    def actor(self, via: Via) -> Actor:
        return Actor(
            kind=self.user.kind,
            id=self.user.ref,
            human_id=self.user.human_id,
            roles=self.user.roles if self.user.is_staff else frozenset(),
            via=replace(via, login_ref="lgn_test"),
        )


class Caller:
    """Sends JSON to `/api/v1/` as one login, as a browser that is signed in, by a session token, or as nobody."""

    def __init__(self, user: User | None = None, *, browser: Client | None = None, token: str = "") -> None:
        self._client: Any = browser or APIClient(raise_request_exception=False)
        self._always = {"X-Session-Token": token} if token else {}
        if user is not None:
            self._client.force_authenticate(user=user, token=Login(user))

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        """Send one request; words of `headers` with `_` for `-`."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = named.pop("Content-Type", "application/json")
        return self._client.generic(
            method, f"/api/v1/{address}", raw, content_type=kind, headers={**self._always, **named}
        )

    def get(self, address: str, **headers: str) -> Any:
        """Read."""
        return self.send("GET", address, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        """Write under a new Idempotency-Key, unless one is given."""
        headers.setdefault("Idempotency_Key", ids.new().hex)
        return self.send("POST", address, body, **headers)

    def patch(self, address: str, body: Any = None, **headers: str) -> Any:
        """Change."""
        return self.send("PATCH", address, body, **headers)
