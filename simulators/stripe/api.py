"""The vendor's API over plain values: key, route, idempotency, act. The HTTP around it is in `web`."""

import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulators.stripe import forms, intents, methods
from simulators.stripe.calls import Call, page
from simulators.stripe.errors import Refusal, invalid, key_in_use, mismatched_key, missing, unauthorised
from simulators.stripe.faults import Scenario
from simulators.stripe.store import Object, Store, new_id
from simulators.stripe.webhooks import Webhooks

_KEPT_S = 24 * 3_600
_LONGEST_KEY = 255
_VERSION = re.compile(r"\d{4}-\d\d-\d\d(\.[a-z]+)?")
Act = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Keys:
    """The account's keys: the secret one may do all, the publishable one only make payment methods."""

    secret: str
    publishable: str


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came; header names are lower-case."""

    method: str
    path: str
    query: str
    body: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, JSON body and the vendor's headers."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


class Api:
    """The endpoints of one account."""

    def __init__(self, store: Store, webhooks: Webhooks, keys: Keys) -> None:
        self._store = store
        self._webhooks = webhooks
        self._keys = keys
        self._running: set[str] = set()
        self._lock = threading.Lock()

    def answer(self, request: Request, scenario: Scenario | None = None) -> Answer:
        """Carry a request out, once under its idempotency key."""
        headers = {"Request-Id": new_id("req")}
        try:
            self._require_key(request)
            act, words = self._route(request)
            params = forms.parse(request.body if request.method == "POST" else request.query)
            key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
            if not key:
                return Answer(200, self._act(act, words, params, scenario, "", headers), headers)
            return self._once(
                request, key, params, headers, lambda: self._act(act, words, params, scenario, key, headers)
            )
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body, headers)

    def _once(
        self, request: Request, key: str, params: forms.Values, headers: dict[str, str], run: Callable[[], Any]
    ) -> Answer:
        if len(key) > _LONGEST_KEY:
            raise invalid(message="Idempotency keys have at most 255 characters.")
        content = json.dumps([request.method, request.path, params], sort_keys=True)
        digest = hashlib.sha256(content.encode()).hexdigest()
        headers["Idempotency-Key"] = key
        with self._lock:
            kept = self._store.get("idempotency", key)
            if kept and kept["created"] + _KEPT_S > self._store.now():
                if kept["digest"] != digest:
                    raise mismatched_key()
                original = {"Idempotent-Replayed": "true", "Original-Request": kept["request_id"]}
                return Answer(kept["status"], kept["body"], headers | original)
            if key in self._running:
                raise key_in_use()
            self._running.add(key)
        try:
            answer = self._kept_answer(run, headers)
            row = {"id": key, "digest": digest, "created": self._store.now(), "request_id": headers["Request-Id"]}
            self._store.put("idempotency", key, {**row, "status": answer.status, "body": answer.body})
            return answer
        finally:
            with self._lock:
                self._running.discard(key)

    def _kept_answer(self, run: Callable[[], Any], headers: dict[str, str]) -> Answer:
        """Return what the key keeps: success, and the refusal of an act that was carried out."""
        try:
            return Answer(200, run(), headers)
        except Refusal as refusal:
            if not refusal.is_kept:
                raise
            return Answer(refusal.status, refusal.body, headers)

    def _act(
        self,
        act: Act,
        words: dict[str, str],
        params: forms.Values,
        scenario: Scenario | None,
        key: str,
        headers: dict[str, str],
    ) -> Any:
        events: list[str] = []

        def emit(kind: str, value: Object) -> None:
            events.append(self._webhooks.keep(kind, value, key=key, request_id=headers["Request-Id"]))

        try:
            with self._store.lock:
                return act(Call(self._store, params, emit, scenario), **words)
        finally:
            self._webhooks.publish(events)

    def _require_key(self, request: Request) -> None:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise unauthorised(message="You did not provide an API key.")
        is_open = request.method == "POST" and request.path == "/v1/payment_methods"
        if key != self._keys.secret and not (key == self._keys.publishable and is_open):
            raise unauthorised(message=f"Invalid API Key provided: {key[:8]}{'*' * 8}{key[-4:]}")
        version = request.headers.get("stripe-version", "")
        if version and not _VERSION.fullmatch(version):
            raise invalid(message=f"Invalid Stripe API version: {version[:40]}")

    def _route(self, request: Request) -> tuple[Act, dict[str, str]]:
        for method, pattern, act in _ROUTES:
            found = pattern.fullmatch(request.path) if method == request.method else None
            if found:
                return act, found.groupdict()
        message = f"Unrecognized request URL ({request.method}: {request.path})."
        raise invalid(message=message, status=404)


def _events(call: Call) -> dict[str, Any]:
    forms.only(call.params, "limit", "starting_after", "type", "created", "expand")
    rows = [row for row in call.store.all("event") if call.params.get("type", row["type"]) == row["type"]]
    return page(rows, call.params, "/v1/events")


def _event(call: Call, key: str) -> Object:
    found = call.store.get("event", key)
    if found is None:
        raise missing(kind="event", key=key)
    return found


def _path(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("{key}", r"(?P<key>[A-Za-z0-9_]{1,80})"))


_ROUTES: tuple[tuple[str, re.Pattern[str], Act], ...] = (
    ("POST", _path("/v1/customers"), methods.create_customer),
    ("GET", _path("/v1/customers/{key}"), methods.read_customer),
    ("POST", _path("/v1/payment_methods"), methods.create),
    ("GET", _path("/v1/payment_methods/{key}"), methods.read),
    ("POST", _path("/v1/payment_methods/{key}/attach"), methods.attach),
    ("POST", _path("/v1/payment_methods/{key}/detach"), methods.detach),
    ("POST", _path("/v1/payment_intents"), intents.create),
    ("GET", _path("/v1/payment_intents"), intents.list_),
    ("GET", _path("/v1/payment_intents/search"), intents.find),
    ("GET", _path("/v1/payment_intents/{key}"), intents.read),
    ("POST", _path("/v1/payment_intents/{key}/confirm"), intents.confirm),
    ("POST", _path("/v1/payment_intents/{key}/capture"), intents.capture),
    ("POST", _path("/v1/payment_intents/{key}/cancel"), intents.cancel),
    ("GET", _path("/v1/events"), _events),
    ("GET", _path("/v1/events/{key}"), _event),
)
