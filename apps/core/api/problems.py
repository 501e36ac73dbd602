"""Refusals as problem+json (RFC 9457): one form for views and for Django's own answers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext
from rest_framework.exceptions import ErrorDetail, ValidationError

from apps.core import audit
from apps.core.errors import DomainError, Invalid, Malformed, NotFound, registry

MEDIA_TYPE: Final = "application/problem+json"
# What the database layer tells the log: names and keys of tables, which never leave the process.
_INTERNAL: Final = frozenset({"constraint", "errors", "field", "id", "ids", "model", "users"})


class MalformedJson(Malformed):
    """The body is not JSON (RFC 8259), names a key twice, or is nested too deeply. Correct it and send it again."""

    code = "malformed_json"
    title = "Not readable as JSON"


class KeyRequired(Malformed):
    """This request needs an Idempotency-Key header. Send a random UUID, and the same one again with each repetition."""

    code = "idempotency_key_required"
    title = "Idempotency-Key required"


class InvalidCursor(Malformed):
    """The cursor is not one of this list, with these filters and for this caller. Start again without it."""

    code = "invalid_cursor"
    title = "Not a cursor of this list"


class UnknownField(Invalid):
    """The request names fields that do not exist here. Remove or correct the named ones."""

    code = "unknown_field"
    title = "Unknown field"


class MethodNotAllowed(DomainError):
    """The resource has no such method. The Allow header lists those it has."""

    status = 405
    code = "method_not_allowed"
    title = "No such method here"


class InternalError(DomainError):
    """Something went wrong on our side. Tell support the request id."""

    code = "internal_error"
    title = "Internal error"


def document(error: DomainError, request_id: str) -> dict[str, Any]:
    """Return the body of the answer. What is outside the caller's scope looks like what does not exist."""
    is_hidden = isinstance(error, NotFound)
    context = {} if is_hidden else {key: one for key, one in error.context.items() if key not in _INTERNAL}
    found: dict[str, Any] = {
        "type": f"/api/v1/problems/{error.code}",
        "title": gettext(error.title),
        "status": error.status,
        "code": error.code,
        "detail": gettext(error.title if is_hidden else error.message),
        "errors": _errors(error),
        "request_id": request_id,
    }
    return {**found, "context": audit.plain(context)} if context else found


def of_validation(error: ValidationError, place: str = "pointer") -> DomainError:
    """Return the refusal of fields: under their common code where that is registered, else `invalid_field`.

    `place` is what the paths are: a JSON pointer into the body, or a query parameter.
    """
    faults = [{place: path[place == "parameter" :], **fault} for path, fault in _flat(error.detail, "")]
    codes = {fault["code"] for fault in faults}
    code = codes.pop() if len(codes) == 1 else UnknownField.code if UnknownField.code in codes else Invalid.code
    kind = registry().get(code, Invalid)
    return (kind if issubclass(kind, Invalid) else Invalid)(errors=faults)


def _errors(error: DomainError) -> list[dict[str, str]]:
    if "errors" in error.context:
        return list(error.context["errors"])
    if not isinstance(error, Invalid) or not error.context.get("field"):
        return []
    pointer = "/" + str(error.context["field"]).replace(".", "/")
    return [{"pointer": pointer, "code": error.code, "detail": str(gettext(error.message))}]


def _flat(detail: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            step = "" if key == "non_field_errors" else "/" + str(key).replace("~", "~0").replace("/", "~1")
            yield from _flat(inner, path + step)
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        for index, inner in enumerate(detail):
            # A list holds either the messages about this place, or one mapping per element.
            yield from _flat(inner, path if isinstance(inner, str) else f"{path}/{index}")
    else:
        code = detail.code if isinstance(detail, ErrorDetail) else "invalid"
        yield path, {"code": code, "detail": str(detail)}
