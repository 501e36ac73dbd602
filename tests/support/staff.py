"""Members of staff for tests, signed in with a second factor."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.test import Client

from apps.accounts.api import staff_sessions
from apps.accounts.api.sessions import STAFF_BACKEND
from apps.accounts.enums import Role, UserKind
from apps.accounts.models import RoleGrant, User
from apps.accounts.services import second_factors
from apps.core import actors, clock, db
from tests.factories import accounts
from tests.support.units import later, unit


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
    """Return a browser in which this login is signed in; without `proved`, by a password alone."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=STAFF_BACKEND)
    if proved and user.is_staff:
        request = HttpRequest()
        request.session = client.session
        by, now = actors.system("tests"), clock.now()
        request.at = now  # type: ignore[attr-defined]  # the frame sets it
        codes = second_factors.enrol(user.pk, by=by, at=now).codes
        proof = second_factors.prove(user.pk, code=codes[0], by=by, at=now)
        assert proof
        staff_sessions.begin(request, user, proof)
        request.session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client
