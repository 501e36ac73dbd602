"""The refusals of an operation: those that follow from its form, and those that it names."""

from typing import Any, Final

from apps.core.api import problems
from apps.core.api.operations import Operation
from apps.core.errors import (
    BadMediaType,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionRequired,
    RateLimited,
    Stale,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from apps.core.services.idempotency import InProgress, KeyInvalid, KeyReused, KeySpent

_EVERYWHERE: Final = (Invalid, problems.UnknownField, RateLimited, Unavailable)
_BODY: Final = (problems.MalformedJson, TooLarge, BadMediaType)
_KEY: Final = (KeyInvalid, KeyReused, InProgress, KeySpent)

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A refusal (RFC 9457). `code` is stable; `title` and `detail` are for people and may change.",
    "required": ["type", "title", "status", "code", "detail", "errors", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "example": "/api/v1/problems/invalid_amount"},
        "title": {"type": "string", "example": "Not a valid amount"},
        "status": {"type": "integer", "example": 422},
        "code": {"type": "string", "example": "invalid_amount"},
        "detail": {"type": "string", "example": "Not a valid amount"},
        "errors": {
            "type": "array",
            "description": "The faults, each at its place in the body or in the query.",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON pointer into the body; empty for the body itself.",
                        "example": "/money/amount",
                    },
                    "parameter": {"type": "string", "description": "Name in the query."},
                    "code": {"type": "string", "example": "invalid_amount"},
                    "detail": {"type": "string", "example": "A whole number of minor units is needed."},
                },
            },
        },
        "request_id": {"type": "string", "example": "req_01jd3n5xbp8k7q2v9c4m6tahwz"},
        "context": {"type": "object", "description": "Data of this refusal: ids, codes, figures."},
    },
}


def of(operation: Operation, *, is_public: bool, has_path_id: bool) -> list[type[DomainError]]:
    """Return what a caller may be refused with, by status and code."""
    found: set[type[DomainError]] = {*_EVERYWHERE, *operation.errors}
    if not is_public:
        found |= {Unauthenticated, Forbidden}
    if has_path_id:
        found.add(NotFound)
    if operation.request:
        found.update(_BODY)
    if operation.is_list:
        found.add(problems.InvalidCursor)
    if operation.key:
        found.update(_KEY)
    if operation.key == "required":
        found.add(problems.KeyRequired)
    if operation.needs_match:
        found |= {PreconditionRequired, Stale}
    return sorted(found, key=lambda error: (error.status, error.code))


def responses(errors: list[type[DomainError]]) -> dict[str, dict[str, Any]]:
    """Return the answers of the document by status."""
    by_status: dict[str, list[type[DomainError]]] = {}
    for error in errors:
        by_status.setdefault(str(error.status), []).append(error)
    return {status: _response(found) for status, found in by_status.items()}


def _response(errors: list[type[DomainError]]) -> dict[str, Any]:
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": "\n".join(f"- `{error.code}`: {error.title}" for error in errors), "content": content}
