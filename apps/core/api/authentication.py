"""What an authentication class returns beside the user, and the actor made of it."""

from typing import Protocol, cast

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.core.actors import Actor, Via
from apps.core.api.middleware import frame_of
from apps.core.errors import Unauthenticated

TOKEN_HEADER = "X-Session-Token"  # noqa: S105 - the name of a header


class Login(Protocol):
    """`request.auth` of a signed-in caller."""

    def actor(self, via: Via) -> Actor:
        """Return who acts; `via` lacks the login's own reference."""
        ...


class SessionToken(BaseAuthentication):
    """Base of authentication by the header X-Session-Token: names the scheme in answers and in the document."""

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge; without one the answer would be 403 instead of 401."""
        del request
        return 'Session realm="api"'


def actor_of(request: Request) -> Actor:
    """Return who acts in this request. Raises: login_required for nobody."""
    login = cast("Login | None", request.auth)
    if login is None:
        raise Unauthenticated
    frame = frame_of(request)
    return login.actor(Via(door="api", request_id=frame.request_id, ip=frame.META.get("REMOTE_ADDR", "")))
