"""The one mapper from exceptions to answers; what nobody anticipated stays a 500 with a request id and no text."""

import sys
from typing import Any, Final

import redis
import structlog
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response

from apps.core.api import problems
from apps.core.errors import (
    BadMediaType,
    DomainError,
    Forbidden,
    Malformed,
    NotFound,
    RateLimited,
    TimedOut,
    TooLarge,
    Unauthenticated,
    Unavailable,
)

_log = structlog.get_logger("strongroom.api")

_PROGRAMS: Final = ("/api/", "/_allauth/", "/hooks/")
_STATEMENT_TIMEOUT: Final = "57014"
_BY_STATUS: Final[dict[int, type[DomainError]]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: problems.MethodNotAllowed,
    413: TooLarge,
    415: BadMediaType,
    429: RateLimited,
    503: Unavailable,
}
_KINDS: Final[tuple[tuple[type[Exception], type[DomainError]], ...]] = (
    (Http404, NotFound),
    (PermissionDenied, Forbidden),
    (RequestDataTooBig, TooLarge),
    (SuspiciousOperation, Malformed),
    (BadRequest, Malformed),
)


def refusal(error: BaseException | None) -> DomainError | None:
    """Return what an exception means to the caller; None for one that nobody anticipated."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, ValidationError):
        return problems.of_validation(error)
    if isinstance(error, APIException):
        return _BY_STATUS.get(error.status_code, Malformed)()
    if isinstance(error, OperationalError | InterfaceError):
        return _of_database(error)
    if isinstance(error, redis.ConnectionError | redis.TimeoutError):
        return _away("redis_away", error)
    return next((meaning() for kind, meaning in _KINDS if isinstance(error, kind)), None)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception of a view; REST framework calls it."""
    meaning = refusal(error)
    if meaning is None:
        return None
    view, request = context["view"], context["request"]
    headers = _headers(meaning)
    if meaning.status == Unauthenticated.status:
        headers["WWW-Authenticate"] = view.get_authenticate_header(request) or "Session"
    body = problems.document(meaning, getattr(request, "request_id", ""))
    return Response(body, status=meaning.status, headers=headers, content_type=problems.MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django could not accept."""
    return _answer(request, refusal(exception) or Malformed()) or defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what a middleware denied."""
    return _answer(request, Forbidden()) or defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return _answer(request, NotFound()) or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an exception that left a middleware or page: a server that is away, or what nobody anticipated."""
    meaning = refusal(sys.exception())
    if isinstance(meaning, Unavailable | TimedOut):
        # Without the request: what a page usually says of the caller would ask the server that is away.
        return _answer(request, meaning) or HttpResponse(render_to_string("503.html"), status=meaning.status)
    return _answer(request, problems.InternalError()) or defaults.server_error(request)


def _answer(request: HttpRequest, error: DomainError) -> HttpResponse | None:
    """Return the problem where a program asks; None where a person looks at a page."""
    if not request.path.startswith(_PROGRAMS):
        return None
    body = problems.document(error, getattr(request, "request_id", ""))
    return JsonResponse(body, status=error.status, headers=_headers(error), content_type=problems.MEDIA_TYPE)


def _headers(error: DomainError) -> dict[str, str]:
    wait = error.context.get("retry_after_s")
    return {"Cache-Control": "no-store", **({"Retry-After": str(wait)} if wait else {})}


def _of_database(error: Exception) -> DomainError | None:
    """Tell a query that took too long, and a server that is away, from a bug of ours."""
    state = getattr(error.__cause__, "sqlstate", None)
    if state == _STATEMENT_TIMEOUT:
        return TimedOut()
    if state is None or state.startswith(("08", "57P")):
        return _away("database_away", error)
    return None


def _away(event: str, error: Exception) -> DomainError:
    _log.warning(event, exc_info=error)
    return Unavailable(retry_after_s=1)
