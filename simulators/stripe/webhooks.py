"""Events and their delivery: signed, at least once, tried again until they are taken; wrong on demand.

A delivery that a restart interrupted is made after it.
"""

import hashlib
import heapq
import hmac
import http.client
import itertools
import json
import threading
import time
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import urlsplit

from simulators.stripe.store import Object, Store, new_id

API_VERSION = "2026-10-28.endive"
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_GIVE_UP_S = 3 * 24 * 3_600
_TIMEOUT_S = 10.0
_REFUSED = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """Where events go and how: `copies` of each, `delay_s` later, signed `skew_s` off the clock; `is_lost`: never.

    `is_early`: before the answer of the request that caused it. `is_forged`: signed with another secret.
    """

    url: str = ""
    secret: str = ""
    copies: int = 1
    delay_s: float = 0.0
    skew_s: int = 0
    is_lost: bool = False
    is_early: bool = False
    is_forged: bool = False

    def changed(self, content: dict[str, Any]) -> "Policy":
        """Return the policy with these words changed. Raises: ValueError for an unknown one."""
        unknown = set(content) - {one.name for one in fields(self)}
        if unknown:
            message = f"no such words: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        return replace(self, **content)


@dataclass(order=True, slots=True)
class _Job:
    due: float
    number: int
    event: str = field(compare=False)
    policy: Policy = field(compare=False)
    tries: int = field(default=0, compare=False)


class Webhooks:
    """Keeps events, and a thread that delivers them."""

    def __init__(self, store: Store, policy: Policy) -> None:
        """Deliver what waits once started."""
        self.policy = policy
        self._store = store
        self._changed = threading.Condition()
        self._jobs: list[_Job] = []
        self._numbers = itertools.count()
        self._is_ended = False
        self._thread = threading.Thread(target=self._run, name="stripe-webhooks", daemon=True)

    def start(self) -> None:
        """Deliver from now on, first what an earlier run left."""
        done = {one["id"] for one in self._store.all("delivered")}
        for event in self._store.all("event"):
            if event["id"] not in done:
                self._plan(event["id"], self.policy, 0.0)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what waits is delivered after the next start."""
        with self._changed:
            self._is_ended = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(_TIMEOUT_S)

    def keep(self, kind: str, value: Object, *, key: str = "", request_id: str = "") -> str:
        """Keep an event about an object as it is now, and return its id."""
        event: Object = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self._store.now(),
            "data": {"object": {name: one for name, one in value.items() if not name.startswith("_")}},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": request_id or None, "idempotency_key": key or None},
            "type": kind,
        }
        self._store.put("event", event["id"], event)
        return str(event["id"])

    def publish(self, events: list[str]) -> None:
        """Deliver kept events as the policy of this moment says."""
        policy = self.policy
        for event in events:
            if policy.is_early and not policy.is_lost:
                self.send(event, policy)
            if policy.is_early or policy.is_lost or not policy.url:
                self._store.put("delivered", event, {"id": event})
            else:
                self._plan(event, policy, policy.delay_s)

    def send(self, event: str, policy: Policy) -> list[int]:
        """Deliver an event now, in all its copies; return the statuses that came back, 0 for no answer."""
        content = self._store.get("event", event)
        body = json.dumps(content, indent=2).encode()
        return [self._post(policy, body) for _ in range(policy.copies)]

    def _plan(self, event: str, policy: Policy, wait_s: float, tries: int = 0) -> None:
        with self._changed:
            heapq.heappush(self._jobs, _Job(time.monotonic() + wait_s, next(self._numbers), event, policy, tries))
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._is_ended and (not self._jobs or self._jobs[0].due > time.monotonic()):
                    self._changed.wait(self._jobs[0].due - time.monotonic() if self._jobs else None)
                if self._is_ended:
                    return
                job = heapq.heappop(self._jobs)
            self._deliver(job)

    def _deliver(self, job: _Job) -> None:
        statuses = self.send(job.event, job.policy)
        if any(200 <= status < 300 for status in statuses):  # noqa: PLR2004 - success
            self._store.put("delivered", job.event, {"id": job.event})
            return
        wait_s = min(_FIRST_WAIT_S * 2**job.tries, _LONGEST_WAIT_S)
        if job.tries * _LONGEST_WAIT_S < _GIVE_UP_S:
            self._plan(job.event, job.policy, wait_s, job.tries + 1)

    def _post(self, policy: Policy, body: bytes) -> int:
        stamp = self._store.now() + policy.skew_s
        secret = policy.secret + ("forged" if policy.is_forged else "")
        digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        parts = urlsplit(policy.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=_TIMEOUT_S)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (simulated)",
            "Stripe-Signature": f"t={stamp},v1={digest}",
        }
        try:
            connection.request("POST", parts.path, body=body, headers=headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return _REFUSED
        finally:
            connection.close()
