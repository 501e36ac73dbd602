"""Third-party code that saves rows by itself runs in a unit here: sign-up, sign-in, credentials.

The unit commits what a refusal wrote, so failed attempts stay, and nothing of a request that ended in a fault.
"""

from collections.abc import Callable
from typing import Final

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from apps.accounts.api.authentication import caller
from apps.core import db
from apps.core.api import problems
from apps.core.api.middleware import frame_of
from apps.core.errors import DomainError

_WRAPPED: Final = ("/_allauth/",)
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_FAULT: Final = 500


class UnitMiddleware:
    """Opens a unit around unsafe requests to third-party code; the last entry of MIDDLEWARE.

    Who acts is asked at each write: allauth signs somebody in within its view, and a user that was read before would
    stay nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in _SAFE or not request.path.startswith(_WRAPPED):
            return self._get_response(request)
        with db.unit(by=lambda: caller(request), at=frame_of(request).at, why=request.path):
            response = self._get_response(request)
            if response.status_code >= _FAULT or isinstance(response, _Refusal):
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal of ours; whatever the library raises is its own to answer."""
        if not request.path.startswith(_WRAPPED):
            return None
        error = _meaning(exception)
        return None if error is None else _Refusal(error, request)


class _Refusal(JsonResponse):
    """An answer after which nothing of the request is kept."""

    def __init__(self, error: DomainError, request: HttpRequest) -> None:
        body = problems.document(error, frame_of(request).request_id)
        super().__init__(body, status=error.status, content_type=problems.MEDIA_TYPE)


def _meaning(exception: Exception) -> DomainError | None:
    if isinstance(exception, DomainError):
        return exception
    if not isinstance(exception, DatabaseError):
        return None
    try:
        with db.translate():
            raise exception
    except DomainError as error:
        return error
    except DatabaseError:
        return None
