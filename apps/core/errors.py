"""Errors that a caller can expect, each with a stable code.

The class gives the HTTP status, the code names the reason, the context carries the data of the message.
"""

from typing import Any, ClassVar

_by_code: dict[str, type["DomainError"]] = {}
_by_constraint: dict[str, type["DomainError"]] = {}


class DomainError(Exception):
    """An anticipated refusal; nothing was written.

    Each subclass names its own `code`, never re-used, and may name the database `constraints` (or SQLSTATEs of
    functions) whose violation means it.
    `context` holds plain data (ids, codes, numbers) for the answer.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Error"
    constraints: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" in cls.__dict__:
            taken = _by_code.setdefault(cls.code, cls)
            if taken is not cls:
                message = f"error code {cls.code!r} is used by {taken.__qualname__} and {cls.__qualname__}"
                raise ProgrammingFault(message)
        for constraint in cls.__dict__.get("constraints", ()):
            _by_constraint[constraint] = cls

    def __init__(self, message: str = "", **context: Any) -> None:
        self.message = message or self.title
        self.context = context
        super().__init__(f"{self.code}: {self.message}")


def registry() -> dict[str, type[DomainError]]:
    """Return every error class by its code."""
    return dict(_by_code)


def for_constraint(name: str) -> type[DomainError] | None:
    """Return the error that a violation of this database constraint means, if one is declared."""
    return _by_constraint.get(name)


class ProgrammingFault(RuntimeError):
    """A rule of the code base was broken; the answer is a 500 and a bug report, never a message to the caller."""


class NoUnit(ProgrammingFault):
    """A write outside `db.unit`."""


class UnitMismatch(ProgrammingFault):
    """A nested unit with another instant than the outer one."""


class LockOrderViolation(ProgrammingFault):
    """A row of a lower lock rank was asked for after one of a higher rank."""


class PlainUpdateRefused(ProgrammingFault):
    """A library call that would change rows without their history; use `change()` or `bulk_change()`."""


class NotDeletable(ProgrammingFault):
    """Rows of this kind are never removed; end them by a status."""


class NetworkInTransaction(ProgrammingFault):
    """A call to a partner while a transaction is open."""


class Malformed(DomainError):
    """The request cannot be read. Correct its form and send it again."""

    status = 400
    code = "malformed"
    title = "Malformed request"


class Unauthenticated(DomainError):
    """Nobody, or nobody any more, is signed in. Sign in and send the request again."""

    status = 401
    code = "login_required"
    title = "Sign-in required"


class Forbidden(DomainError):
    """The caller is known and may not do this. Ask for the right, or leave it."""

    status = 403
    code = "permission_denied"
    title = "Not allowed"


class NotFound(DomainError):
    """No such thing within the caller's scope. Check the id."""

    status = 404
    code = "not_found"
    title = "Not found"


class Conflict(DomainError):
    """The thing is in another state than the request needs. Read it again."""

    status = 409
    code = "conflict"
    title = "Conflict"


class Gone(DomainError):
    """It was there once and will not come back."""

    status = 410
    code = "gone"
    title = "Gone"


class Stale(DomainError):
    """The caller saw an older version. Read the current one and repeat the change if it still makes sense."""

    status = 412
    code = "version_conflict"
    title = "Somebody else changed this"


class TooLarge(DomainError):
    """More bytes than the limit. Send less."""

    status = 413
    code = "too_large"
    title = "Too large"


class BadMediaType(DomainError):
    """Not a form of data that is read here. Send one of the documented media types."""

    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"


class Invalid(DomainError):
    """Understood, and not acceptable. Correct the named fields."""

    status = 422
    code = "invalid_field"
    title = "Not acceptable"


class PreconditionRequired(DomainError):
    """A change without naming the version it was based on. Send If-Match with the ETag that was read."""

    status = 428
    code = "if_match_required"
    title = "If-Match required"


class RateLimited(DomainError):
    """Too often. `retry_after_s` says when again."""

    status = 429
    code = "rate_limited"
    title = "Too many requests"


class Unavailable(DomainError):
    """Not now. Repeat the same request later, with the same idempotency key."""

    status = 503
    code = "unavailable"
    title = "Not available now"


class TimedOut(DomainError):
    """A reading query took longer than its limit. Ask for less."""

    status = 504
    code = "query_too_expensive"
    title = "Took too long"


class InvalidState(Conflict):
    """The move is not legal from the current state, which the answer names."""

    code = "invalid_state"
    title = "Not possible in the current state"


class Duplicate(Conflict):
    """A live row with the same unique value exists already."""

    code = "duplicate"
    title = "Already there"


class InUse(Conflict):
    """Other rows still refer to this one. Remove or move them first."""

    code = "in_use"
    title = "Still in use"


class Busy(Unavailable):
    """Others held the needed rows for longer than the lock timeout. Nothing was written; repeat the request."""

    code = "busy"
    title = "Busy, please repeat"


class LostRace(Busy):
    """Two units wanted the same rows or the same key; this one was rolled back and may be tried again at once."""

    code = "lost_race"
    title = "Somebody else was faster, please repeat"


class InvalidAmount(Invalid):
    """An amount must be a whole number of minor units, within 64 bits, and make sense for the act."""

    code = "invalid_amount"
    title = "Not a valid amount"


class UnknownCurrency(Invalid):
    """The currency code is not one that is kept here."""

    code = "unknown_currency"
    title = "Unknown currency"


class InvalidId(Invalid):
    """An id in the body has a wrong prefix, length or alphabet."""

    code = "invalid_id"
    title = "Not a valid id"


class InvalidReference(Invalid):
    """An id in the body names nothing that the caller may use, or something that was removed meanwhile."""

    code = "invalid_reference"
    title = "No such thing"
    constraints = ("core_live_parent",)
