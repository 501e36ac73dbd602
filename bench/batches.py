"""Batches over HTTP: requests of 1,000 transfers each. A transfer counts when its row is there."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any, Final

from bench import load
from bench.company import Payer
from bench.load import JSON, Request
from bench.site import Site

CLIENTS: Final = 2
"""As many as the site has workers: a request that waits for a worker would be measured twice."""

_ITEMS: Final = 1_000


def measure(site: Site, payers: list[Payer], seconds: float) -> dict[str, Any]:
    """Return the line of batches, each of one payer to all others in turn."""
    load.run(site.port, CLIENTS, 1.0, lambda number: requests(payers, number))
    before = _sent()
    outcome = load.run(site.port, CLIENTS, seconds, lambda number: requests(payers, number))
    return {
        "bench": "api",
        "name": "transfer-batch",
        "clients": CLIENTS,
        "items": _ITEMS,
        "per_s": round((_sent() - before) / outcome.took_s, 1),
        "requests_per_s": round(outcome.per_s, 2),
        "p50_ms": round(outcome.ms(0.50), 1),
        "p95_ms": round(outcome.ms(0.95), 1),
        "p99_ms": round(outcome.ms(0.99), 1),
        "errors": outcome.errors,
    }


def requests(payers: list[Payer], number: int) -> Iterator[Request]:
    """Yield batches of one cent an item."""
    payer = payers[number]
    others = [other.email for other in payers if other is not payer]
    while True:
        items = [
            {
                "key": uuid.uuid4().hex,
                "wallet": payer.wallet,
                "payee": {"email": others[turn % len(others)]},
                "money": {"amount": 1, "currency": "USD"},
                "note": "Rent, my half",
            }
            for turn in range(_ITEMS)
        ]
        headers = {**JSON, "X-Session-Token": payer.token, "Idempotency-Key": uuid.uuid4().hex}
        yield "POST", "/api/v1/transfers/batch", headers, json.dumps({"items": items}).encode()


def _sent() -> int:
    from apps.p2p.models import Transfer  # noqa: PLC0415 - app-ready

    time.sleep(0.5)
    count: int = Transfer.objects.count()
    return count
