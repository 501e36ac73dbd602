"""The frame of every request: its id, its instant, and one line in the log. Who asks is found out in the view."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import Counter
from structlog.contextvars import bind_contextvars, clear_contextvars

from apps.core import clock, ids, redact

_log = structlog.get_logger("strongroom.http")

HEADER: Final = "X-Request-ID"
_STATEMENTS: Final = Counter("strongroom_request_statements", "Statements that requests sent to the database.")
_SECONDS: Final = Counter("strongroom_request_database_seconds", "Seconds that requests waited for the database.")
_ACCEPTED: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Framed(HttpRequest):
    """A request that has passed the middleware."""

    request_id: str
    at: datetime


def frame_of(request: object) -> Framed:
    """Return a request of Django or of REST framework as what the middleware made of it."""
    return cast("Framed", request)


@dataclass(slots=True)
class _Meter:
    """Counts the statements of one request and their time."""

    statements: int = 0
    seconds: float = 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.statements += 1
            self.seconds += time.perf_counter() - began


class RequestContextMiddleware:
    """Gives the request its id and its one instant, and logs it. It never reads `request.user`.

    Reading the user before the view would fix it as anonymous for sign-in by token, which happens inside the view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: Framed) -> HttpResponseBase:
        request.request_id = _accepted(request.headers.get(HEADER, "")) or ids.encode("req", ids.new())
        request.at = clock.now()
        clear_contextvars()
        bind_contextvars(request_id=request.request_id)
        meter, began = _Meter(), time.perf_counter()
        with connection.execute_wrapper(meter):
            response = self._get_response(request)
        _STATEMENTS.inc(meter.statements)
        _SECONDS.inc(meter.seconds)
        response[HEADER] = request.request_id
        route = request.resolver_match.route if request.resolver_match else ""
        _log.info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1_000, 1),
            db_ms=round(meter.seconds * 1_000, 1),
            queries=meter.statements,
        )
        return response


def _accepted(text: str) -> str:
    """Return a caller's id if it is one, and nothing personal."""
    return text if _ACCEPTED.fullmatch(text) and redact.text(text) == text else ""
