"""What every page knows of its request: who asks, by which door, and whether they may."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Final, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse

from apps.core.actors import Actor, Via

View = Callable[..., HttpResponse]
_LOGIN: Final = "login"
"""Where a session keeps the typed id of the sign-in that opened it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site: its address, its name, and the codes of which one opens it; none for all of staff."""

    route: str
    name: str
    view: View
    permissions: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("GET", "HEAD")

    def guarded(self) -> View:
        """Return the view behind its methods and codes."""

        @wraps(self.view)
        def view(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
            if request.method not in self.methods:
                return HttpResponseNotAllowed(self.methods)
            require(request, *self.permissions)
            return self.view(request, *args, **values)

        return view


def actor(request: HttpRequest) -> Actor:
    """Return who asks."""
    user: Any = request.user
    via = Via(
        door="console",
        request_id=request_id(request),
        ip=request.META.get("REMOTE_ADDR", ""),
        login_ref=str(request.session.get(_LOGIN, "")),
    )
    return Actor(kind="staff", id=user.ref, human_id=user.human_id, roles=user.roles, via=via)


def at(request: HttpRequest) -> datetime:
    """Return the one instant of a request."""
    return cast("datetime", cast("Any", request).at)


def request_id(request: HttpRequest) -> str:
    """Return the name of a request."""
    return str(getattr(request, "request_id", ""))


def holds(request: HttpRequest, codes: Iterable[str]) -> bool:
    """Tell whether one of these codes is held, or none is asked for."""
    user: Any = request.user
    wanted = tuple(codes)
    return not wanted or any(user.has_perm(code) for code in wanted)


def require(request: HttpRequest, *codes: str) -> None:
    """Refuse whoever holds none of these codes."""
    if not holds(request, codes):
        raise PermissionDenied


def render(request: HttpRequest, template: str, status: int = 200, **context: Any) -> TemplateResponse:
    """Return a page in the frame of the site."""
    request.current_app = admin.site.name
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context}, status=status)
