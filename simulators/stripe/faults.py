"""Fault switches: scenarios that wait for a matching request and spoil it, each a given number of times.

`when` says whether the act is carried out first: a partner that did it and whose answer is lost looks like one that
never heard of it.
"""

import threading
from dataclasses import dataclass, field, replace
from typing import Any

KINDS = {
    "latency": "answers `seconds` later",
    "error": "answers `status` (500) with `code`, `when` before or after the act",
    "reset": "closes the connection without an answer, `when` before or after the act",
    "hang": "does it and is silent for `seconds`",
    "truncate": "does it and sends half of the answer",
    "html": "answers `status` (403) with a page instead of JSON",
    "rate_limit": "answers 429 with `retry_after` seconds",
    "lock_timeout": "answers 429 with the code lock_timeout",
    "decline": "declines the charge with `code`",
    "action": "leaves the charge until the card's owner has confirmed it",
    "processing": "takes the charge on and leaves it in processing",
    "stale": "shows an object as it was before its last change",
    "integrity": "does it and answers with an amount that is `add` (1) larger",
}
TIMES_FOREVER = -1


@dataclass(frozen=True, slots=True)
class Scenario:
    """One fault: which requests it waits for, what it does, and how often."""

    kind: str
    method: str = ""
    path: str = ""
    times: int = 1
    words: dict[str, Any] = field(default_factory=dict)

    def fits(self, method: str, path: str) -> bool:
        """Tell whether this request is one of those waited for; `path` may be a beginning."""
        return self.method in ("", method) and path.startswith(self.path)

    def number(self, name: str, default: float) -> float:
        """Return a word of the scenario as a number."""
        return float(self.words.get(name, default))

    def word(self, name: str, default: str) -> str:
        """Return a word of the scenario."""
        return str(self.words.get(name, default))


class BadScenario(ValueError):
    """A scenario that names no known fault."""


class Faults:
    """The scenarios that wait, in the order in which they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Scenario] = []

    def add(self, content: dict[str, Any]) -> None:
        """Add what `{"match": {"method", "path"}, "action": {"kind", ...}, "times"}` says. Raises: BadScenario."""
        match, action = content.get("match", {}), dict(content.get("action", {}))
        kind = action.pop("kind", "")
        if kind not in KINDS:
            message = f"{kind!r} is no fault; there are {', '.join(KINDS)}"
            raise BadScenario(message)
        scenario = Scenario(
            kind=kind,
            method=str(match.get("method", "")).upper(),
            path=str(match.get("path", "")),
            times=int(content.get("times", 1)),
            words=action,
        )
        with self._lock:
            self._waiting.append(scenario)

    def take(self, method: str, path: str) -> Scenario | None:
        """Return the first scenario that fits, counted down."""
        with self._lock:
            for place, scenario in enumerate(self._waiting):
                if scenario.fits(method, path):
                    if scenario.times == 1:
                        del self._waiting[place]
                    elif scenario.times > 1:
                        self._waiting[place] = replace(scenario, times=scenario.times - 1)
                    return scenario
        return None

    def clear(self) -> None:
        """Forget all scenarios."""
        with self._lock:
            self._waiting.clear()
