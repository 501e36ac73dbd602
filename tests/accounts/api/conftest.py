"""People who sign in over HTTP, as the app of a consumer does."""

from collections.abc import Iterator

import httpx
import pytest
from django.core.cache import cache

from tests.accounts.api.people import Consumer
from tests.support.web import Web


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """Forget what earlier tests used of limits."""
    cache.clear()


@pytest.fixture(scope="session")
def http(web: Web) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=web.url, timeout=30) as client:
        yield client


@pytest.fixture
def ann(web: Web, http: httpx.Client, committed_db: None) -> Consumer:
    """Return somebody who was never here."""
    return Consumer(web, http)


@pytest.fixture
def bob(web: Web, http: httpx.Client, committed_db: None) -> Consumer:
    """Return somebody else who was never here."""
    return Consumer(web, http)
