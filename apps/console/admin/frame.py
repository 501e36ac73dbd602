"""What every page knows of its request: who asks, by which door, and whether they may."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from apps.accounts.enums import UserKind
from apps.core.actors import Actor, Via

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site: its address, its name, and the codes of which one opens it; none for all of staff."""

    route: str
    name: str
    view: View
    permissions: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("GET", "HEAD")


def is_staff(request: HttpRequest) -> bool:
    """Tell whether somebody of staff asks who has proved a second factor."""
    user: Any = request.user
    verified = getattr(user, "is_verified", None)
    return bool(
        user.is_authenticated and user.is_active and user.kind == UserKind.STAFF and verified is not None and verified()
    )


def actor(request: HttpRequest) -> Actor:
    """Return who asks."""
    user: Any = request.user
    return Actor(
        kind="staff",
        id=user.ref,
        human_id=user.human_id,
        roles=user.roles,
        via=Via(door="console", request_id=request_id(request), ip=request.META.get("REMOTE_ADDR", "")),
    )


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
