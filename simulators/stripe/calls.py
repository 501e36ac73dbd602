"""What one request of the API brings along, and how an object looks from outside."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulators.stripe.errors import missing
from simulators.stripe.faults import Scenario
from simulators.stripe.forms import Values
from simulators.stripe.store import Object, Store

NAMES = {"customer": "customer", "payment_method": "PaymentMethod", "payment_intent": "payment_intent"}


@dataclass(frozen=True, slots=True)
class Call:
    """One request that passed the door: its parameters, the account, and the fault that spoils it, if any."""

    store: Store
    params: Values
    emit: Callable[[str, Object], None]
    scenario: Scenario | None = None

    def spoiled_by(self, kind: str) -> Scenario | None:
        """Return the scenario when it is of this kind."""
        return self.scenario if self.scenario and self.scenario.kind == kind else None

    def find(self, kind: str, key: str) -> Object:
        """Return an object. Raises: Refusal (404)."""
        found = self.store.get(kind, key)
        if found is None:
            raise missing(kind=NAMES[kind], key=key)
        return found

    def keep(self, kind: str, value: Object) -> Object:
        """Keep an object, with its state before this change for readers that are shown a stale one."""
        before = self.store.get(kind, value["id"])
        if before is not None:
            before.pop("_before", None)
        self.store.put(kind, value["id"], {**value, "_before": before})
        return value


def shown(value: Object) -> Object:
    """Return an object without what only the simulator knows."""
    return {name: one for name, one in value.items() if not name.startswith("_")}


def page(rows: list[Object], params: Values, url: str) -> dict[str, Any]:
    """Return a list in the vendor's form, newest first, after `starting_after`, at most `limit` (10)."""
    newest = rows[::-1]
    after = params.get("starting_after", "")
    if after:
        places = [place for place, row in enumerate(newest) if row["id"] == after]
        newest = newest[places[0] + 1 :] if places else []
    limit = min(int(params.get("limit", "10")), 100)
    return {
        "object": "list",
        "url": url,
        "has_more": len(newest) > limit,
        "data": [shown(row) for row in newest[:limit]],
    }
