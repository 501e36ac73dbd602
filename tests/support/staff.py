"""Members of staff for tests, signed in with a second factor."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.test import Client

from apps.accounts.enums import Role, UserKind
from apps.accounts.models import RoleGrant, User
from apps.core import db
from tests.factories import accounts
from tests.support.units import later, unit

_PROVED = "second_factor"


def second_factor(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let a session of `signed_in` count as proved by a second factor."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.session.get(_PROVED):
            user: Any = request.user
            user.is_verified = lambda: True
        return get_response(request)

    return middleware


def member(*roles: Role | str, **columns: Any) -> User:
    """Return a member of staff with some roles."""
    if not db.is_open():
        with unit():
            return member(*roles, **columns)
    made = accounts.user(kind=UserKind.STAFF, **columns)
    later()
    for role in roles:
        RoleGrant(user=made, role=Role(role), granted_by="system:test", since=db.current().at).save()
    return made


def signed_in(*roles: Role | str, proved: bool = True) -> Client:
    """Return a browser in which a new member of staff is signed in."""
    return entered(member(*roles), proved=proved)


def entered(user: User, *, proved: bool = True) -> Client:
    """Return a browser in which this login is signed in."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[_PROVED] = proved
    session.save()
    return client
