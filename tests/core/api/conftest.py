"""A client of the test addresses."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

URLS = "tests.core.api.site"
FRAME = "apps.core.api.middleware.RequestContextMiddleware"


class Caller:
    """Sends JSON as one person, or as nobody."""

    def __init__(self, token: str = "") -> None:
        self._client = Client(raise_request_exception=False)
        self._headers = {"X-Session-Token": token} if token else {}

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = named.pop("Content-Type", "application/json")
        return self._client.generic(
            method, f"/api/v1/{address}", raw, content_type=kind, headers={**self._headers, **named}
        )

    def get(self, address: str, **headers: str) -> Any:
        return self.send("GET", address, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", address, body, **headers)


@pytest.fixture(autouse=True)
def _test_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = URLS
    if FRAME not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [FRAME, *settings.MIDDLEWARE]
    cache.clear()


@pytest.fixture
def ann() -> Caller:
    return Caller("ann")


@pytest.fixture
def bob() -> Caller:
    return Caller("bob")


@pytest.fixture
def nobody() -> Caller:
    return Caller()
