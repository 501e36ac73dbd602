"""Around all views: which host shows what, who may see the console, and the unit of code that saves by itself."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.http.request import split_domain_port

from apps.accounts.api import staff_sessions
from apps.accounts.api.authentication import STAFF_PATHS
from apps.accounts.api.callers import consumer
from apps.core import db
from apps.core.api import problems
from apps.core.api.middleware import frame_of
from apps.core.errors import DomainError

_WRAPPED: Final = ("/_allauth/",)
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_FAULT: Final = 500


class HostsMiddleware:
    """Keeps the console and the staff API on a host of their own, where one is set, and everything else off it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        own = settings.CONSOLE_HOST
        if own:
            is_there = split_domain_port(request.get_host())[0] == own.lower()
            if is_there != request.path.startswith((settings.CONSOLE_PATH, STAFF_PATHS)):
                raise Http404
        return self._get_response(request)


class StaffOnlyMiddleware:
    """Shows a page of the console to nobody without a verified second factor.

    Pages find the `Login` in `request.staff`, and a user whose `is_verified()` is true, as django-otp would have it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(settings.CONSOLE_PATH):
            return self._get_response(request)
        if request.path not in (settings.LOGIN_URL, settings.SIGN_OUT_URL):
            login = staff_sessions.current(request)
            if login is None:
                return HttpResponseRedirect(staff_sessions.sign_in_address(request))
            request.user = staff_sessions.verified(login.user)
            request.staff = login  # type: ignore[attr-defined]  # pages of the console read it
        response = self._get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class UnitMiddleware:
    """Opens a unit around unsafe requests to third-party code that saves rows; the last entry of MIDDLEWARE.

    It commits what a refusal wrote, so failed attempts stay, and nothing of a request that ended in a fault. Who acts
    is asked at each write: allauth signs somebody in within its view, and a user read before would stay nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in _SAFE or not request.path.startswith(_WRAPPED):
            return self._get_response(request)
        with db.unit(by=lambda: consumer(request), at=frame_of(request).at, why=request.path):
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
