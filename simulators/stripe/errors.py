"""Refusals in the vendor's form: `{"error": {"type", "code", "decline_code", "param", "message"}}`."""

from typing import Any

DOCS = "https://stripe.com/docs/error-codes"


class Refusal(Exception):
    """An answer other than success. `is_kept` tells whether an idempotency key keeps it."""

    def __init__(self, status: int, error: dict[str, Any], *, is_kept: bool = False) -> None:
        super().__init__(error.get("message", ""))
        self.status = status
        self.body = {"error": error}
        self.is_kept = is_kept


def invalid(*, message: str, param: str = "", code: str = "", status: int = 400) -> Refusal:
    """Return a refusal of the request's form: nothing was done."""
    error: dict[str, Any] = {"type": "invalid_request_error", "message": message}
    if param:
        error["param"] = param
    if code:
        error |= {"code": code, "doc_url": f"{DOCS}/{code.replace('_', '-')}"}
    return Refusal(status, error)


def missing(*, kind: str, key: str) -> Refusal:
    """Return the refusal of an id that names nothing."""
    return invalid(message=f"No such {kind}: '{key}'", param="id", code="resource_missing", status=404)


def unauthorised(*, message: str) -> Refusal:
    """Return the refusal of a key."""
    return Refusal(401, {"type": "invalid_request_error", "message": message})


def card(*, code: str, message: str, decline_code: str = "", param: str = "", **objects: Any) -> Refusal:
    """Return the refusal of a card; it is the answer of an act that was carried out."""
    error: dict[str, Any] = {
        "type": "card_error",
        "code": code,
        "doc_url": f"{DOCS}/{code.replace('_', '-')}",
        "message": message,
    }
    if decline_code:
        error["decline_code"] = decline_code
    if param:
        error["param"] = param
    return Refusal(402, {**error, **objects}, is_kept=True)


def mismatched_key() -> Refusal:
    """Return the refusal of an idempotency key that came with another request before."""
    message = "Keys for idempotent requests can only be used with the same parameters they were first used with."
    return Refusal(400, {"type": "idempotency_error", "message": message})


def key_in_use() -> Refusal:
    """Return the refusal of a key whose first request is still running."""
    message = "There is currently another in-progress request using this Idempotent Key."
    return Refusal(409, {"type": "invalid_request_error", "code": "idempotency_key_in_use", "message": message})
