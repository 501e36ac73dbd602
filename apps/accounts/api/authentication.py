"""Who a request comes from: the session token of a consumer."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from rest_framework.request import Request

from apps.accounts.api.sessions import LOGIN, ConsumerTokens
from apps.accounts.enums import UserKind
from apps.accounts.errors import TokenExpired
from apps.accounts.models import User
from apps.core import actors
from apps.core.actors import Actor, Via
from apps.core.api.authentication import TOKEN_HEADER, SessionToken
from apps.core.api.middleware import frame_of
from apps.core.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class Login:
    """A login with the sign-in that opened its session: what `request.auth` is."""

    user: User
    ref: str = ""

    def actor(self, via: Via) -> Actor:
        return Actor(
            kind=self.user.kind,
            id=self.user.ref,
            human_id=self.user.human_id,
            via=replace(via, login_ref=self.ref),
        )


class SessionTokenAuthentication(SessionToken):
    """Consumers, by the token that allauth gave them."""

    def authenticate(self, request: Request) -> tuple[User, Login] | None:
        token = request.headers.get(TOKEN_HEADER, "")
        if not token:
            return None
        session = ConsumerTokens().lookup_session(token)
        if session is None:
            raise TokenExpired
        user = user_of(session)
        if user is None or user.kind != UserKind.CUSTOMER:
            raise Unauthenticated
        return user, Login(user, session.get(LOGIN, ""))


def user_of(session: SessionBase) -> User | None:
    """Return whose session it is; none while a sign-in is not finished, and for a login that was closed."""
    request = HttpRequest()
    request.session = session
    user = get_user(request)
    return user if isinstance(user, User) else None


def caller(request: Any, user: User | None = None) -> Actor:
    """Return who acts in a request of third-party code: `user`, or whoever is signed in by now, or nobody yet."""
    frame = frame_of(request)
    via = Via(door="api", request_id=frame.request_id, ip=frame.META.get("REMOTE_ADDR", ""))
    found = user or frame.user
    if found.is_authenticated:
        return Login(found, frame.session.get(LOGIN, "")).actor(via)
    return replace(actors.system("signup"), via=via)
