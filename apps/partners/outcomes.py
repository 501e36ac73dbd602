"""The five outcomes of a call to a partner, and the rules that turn an answer's code into one.

Nothing else crosses the boundary: an adapter turns every answer, silence and exception into one of these.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from apps.core.money import Money

_PASSING: Final = frozenset({408, 409, 425, 429})
_IN_DOUBT: Final = frozenset({408, 409})
_FIRST_REFUSAL: Final = 400
_FIRST_FAULT: Final = 500


@dataclass(frozen=True, slots=True)
class Accepted:
    """The partner did it, or took it on: `status` is the partner's word, `refs` its ids and our `reference`.

    `details` are further values of the answer, by our names.
    """

    kind: ClassVar[str] = "accepted"
    status: str
    refs: Mapping[str, str] = field(default_factory=dict)
    money: Money | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Return the word that is kept with the attempt."""
        return self.status


@dataclass(frozen=True, slots=True)
class Declined:
    """Understood and refused by whom the money belongs to or comes from: final."""

    kind: ClassVar[str] = "declined"
    code: str
    refs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not acceptable to the partner in this form: final, and a fault of ours or of the caller's data."""

    kind: ClassVar[str] = "rejected"
    code: str
    fields: tuple[str, ...] = ()
    refs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retryable:
    """Definitely not done, and may be repeated under the same key, not before `after_s` seconds."""

    kind: ClassVar[str] = "retryable"
    code: str
    after_s: float | None = None
    refs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Sent, and not known what became of it: neither done nor failed until somebody reads it again."""

    kind: ClassVar[str] = "unknown"
    code: str
    refs: Mapping[str, str] = field(default_factory=dict)


Outcome = Accepted | Declined | Rejected | Retryable | Unknown


@dataclass(frozen=True, slots=True)
class Wire:
    """What went over the line, for the log of attempts; it is scrubbed before it is kept."""

    http_status: int | None = None
    request: Any = None
    response: Any = None
    request_id: str = ""
    latency_ms: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What an adapter hands back for one call."""

    outcome: Outcome
    wire: Wire = field(default_factory=Wire)


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """What one code of a partner means. Empty `operation` and `code` and `http_status` 0 stand for any.

    `verdict` is a word of `enums.ErrorClass`.
    """

    operation: str
    http_status: int
    code: str
    verdict: str

    @property
    def weight(self) -> int:
        """Return how closely the rule looks: the code counts more than the operation, that more than the status."""
        return 4 * bool(self.code) + 2 * bool(self.operation) + bool(self.http_status)

    def fits(self, operation: str, http_status: int, code: str) -> bool:
        """Tell whether the rule speaks of this answer."""
        return self.operation in ("", operation) and self.http_status in (0, http_status) and self.code in ("", code)


def classify(
    rules: Iterable[ErrorRule],
    *,
    operation: str,
    http_status: int,
    code: str,
    is_idempotent: bool,
    after_s: float | None = None,
) -> Outcome:
    """Return the outcome of an answer that is no success, by the closest rule, else by its status.

    Without a rule 408, 409, 425 and 429 may be repeated (the first two are unknown where the partner keeps no
    idempotency key), other 4xx are rejected as `unknown_code`, and everything else is unknown.
    """
    fitting = [rule for rule in rules if rule.fits(operation, http_status, code)]
    if fitting:
        return _by_verdict(max(fitting, key=lambda rule: rule.weight).verdict, code, after_s)
    if http_status in _PASSING:
        in_doubt = http_status in _IN_DOUBT and not is_idempotent
        return Unknown(code or f"http_{http_status}") if in_doubt else Retryable(code or f"http_{http_status}", after_s)
    if _FIRST_REFUSAL <= http_status < _FIRST_FAULT:
        return Rejected("unknown_code", (code,) if code else ())
    return Unknown(code or f"http_{http_status}")


def verified(outcome: Outcome, *, money: Money, reference: str) -> Outcome:
    """Return an outcome only if it speaks of our reference, and an acceptance of this money; else `Unknown`.

    A refusal may name no reference, but not another one.
    """
    match outcome:
        case Accepted():
            is_ours = outcome.money == money and outcome.refs.get("reference") == reference
        case _:
            is_ours = outcome.refs.get("reference", reference) == reference
    return outcome if is_ours else Unknown("integrity", outcome.refs)


def _by_verdict(verdict: str, code: str, after_s: float | None) -> Outcome:
    match verdict:
        case "declined":
            return Declined(code)
        case "rejected" | "definite_failure":
            return Rejected(code)
        case "retryable":
            return Retryable(code, after_s)
    return Unknown(code)
