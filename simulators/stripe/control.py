"""The switches of the simulator: `/__sim/...`, JSON in and out, for tests and for people who try faults."""

from collections.abc import Callable
from typing import Any

from simulators.stripe import intents
from simulators.stripe.calls import Call
from simulators.stripe.errors import Refusal
from simulators.stripe.faults import KINDS, Faults
from simulators.stripe.store import Object, Store
from simulators.stripe.webhooks import Webhooks

Content = dict[str, Any]


class Control:
    """Acts on the account from outside its API."""

    def __init__(self, store: Store, webhooks: Webhooks, faults: Faults, journal: Callable[[], list[Content]]) -> None:
        self._store = store
        self._webhooks = webhooks
        self._faults = faults
        self._journal = journal
        self._posts: dict[str, Callable[[Content], Content]] = {
            "reset": self._reset,
            "scenario": self._scenario,
            "clock": self._clock,
            "webhooks": self._set_webhooks,
            "deliver": self._deliver,
            "complete": self._complete,
        }
        self._gets: dict[str, Callable[[], Content]] = {
            "faults": lambda: {"kinds": KINDS},
            "journal": lambda: {"requests": self._journal()},
            "ledger": self._ledger,
        }

    def answer(self, method: str, name: str, content: Content) -> tuple[int, Content]:
        """Return status and body of one switch."""
        try:
            if method == "GET" and name in self._gets:
                return 200, self._gets[name]()
            if method == "POST" and name in self._posts:
                return 200, self._posts[name](content)
        except (ValueError, TypeError, KeyError) as error:
            return 400, {"error": str(error)}
        except Refusal as refusal:
            return refusal.status, refusal.body
        return 404, {"error": f"switches: GET {', '.join(self._gets)}; POST {', '.join(self._posts)}"}

    def _reset(self, _: Content) -> Content:
        self._store.reset()
        self._faults.clear()
        return {}

    def _scenario(self, content: Content) -> Content:
        self._faults.add(content)
        return {}

    def _clock(self, content: Content) -> Content:
        self._store.clock_s += int(content["advance_s"])
        return {"now": self._store.now()}

    def _set_webhooks(self, content: Content) -> Content:
        self._webhooks.policy = self._webhooks.policy.changed(content)
        return {}

    def _deliver(self, content: Content) -> Content:
        """Send events again: `{"event"}`, or those of a `reference`, of a `type`; in reverse when `is_reordered`."""
        words = dict(content)
        wanted = {name: words.pop(name, None) for name in ("event", "reference", "type")}
        is_reordered = bool(words.pop("is_reordered", False))
        policy = self._webhooks.policy.changed({"copies": 1, "is_lost": False, **words})
        events = [event["id"] for event in self._store.all("event") if _fits(event, wanted)]
        chosen = events[::-1] if is_reordered else events
        return {"deliveries": [{"event": event, "statuses": self._webhooks.send(event, policy)} for event in chosen]}

    def _complete(self, content: Content) -> Content:
        """Let what the network or the card's owner has not answered succeed, or fail with `code`."""
        events: list[str] = []

        def emit(kind: str, value: Object) -> None:
            events.append(self._webhooks.keep(kind, value))

        call = Call(self._store, {}, emit)
        found = [one for one in self._store.all("payment_intent") if _reference(one) == content["reference"]]
        keys = [one["id"] for one in found if one["status"] in ("processing", "requires_action")]
        done = [intents.complete(call, key, reason=content.get("code", ""))["status"] for key in keys]
        self._webhooks.publish(events)
        return {"completed": done}

    def _ledger(self) -> Content:
        """Return what the partner holds for us: succeeded charges by currency, and by reference."""
        taken = [one for one in self._store.all("payment_intent") if one["status"] == "succeeded"]
        currencies: dict[str, int] = {}
        references: dict[str, list[int]] = {}
        for one in taken:
            currencies[one["currency"]] = currencies.get(one["currency"], 0) + one["amount_received"]
            references.setdefault(_reference(one), []).append(one["amount_received"])
        return {"received": currencies, "references": references}


def _fits(event: Object, wanted: Content) -> bool:
    found = {"event": event["id"], "reference": _reference(event["data"]["object"]), "type": event["type"]}
    return all(value in (None, found[name]) for name, value in wanted.items())


def _reference(value: Object) -> str:
    return str((value.get("metadata") or {}).get("reference", ""))
