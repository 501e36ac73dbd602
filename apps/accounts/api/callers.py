"""Logins as those who act: what a request's session says of the person behind it."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from apps.accounts.api.sessions import LOGIN, SessionStore
from apps.accounts.models import User
from apps.core import actors
from apps.core.actors import Actor, Door, Via
from apps.core.api.middleware import frame_of


@dataclass(frozen=True, slots=True)
class Login:
    """A login with the sign-in that opened its session: what `request.auth` is, and `request.staff` in the console."""

    user: User
    ref: str = ""

    def actor(self, via: Via) -> Actor:
        return Actor(
            kind=self.user.kind,
            id=self.user.ref,
            human_id=self.user.human_id,
            roles=self.user.roles if self.user.is_staff else frozenset(),
            via=replace(via, login_ref=self.ref),
        )


def user_of(session: SessionBase) -> User | None:
    """Return whose session it is; none while a sign-in is not finished, and for a login that was closed."""
    if isinstance(session, SessionStore) and (person := session.person()) is not None:
        return person
    request = HttpRequest()
    request.session = session
    user = get_user(request)
    return user if isinstance(user, User) else None


def via_of(request: Any, door: Door) -> Via:
    """Return the door of a request."""
    frame = frame_of(request)
    return Via(door=door, request_id=frame.request_id, ip=frame.META.get("REMOTE_ADDR", ""))


def visitor(request: Any, *, task: str, door: Door) -> Actor:
    """Return who acts while nobody has signed in."""
    return replace(actors.system(task), via=via_of(request, door))


def consumer(request: Any, user: User | None = None) -> Actor:
    """Return who acts in a request of allauth: `user`, or whoever is signed in by now, or nobody yet."""
    found = user or request.user
    if found.is_authenticated:
        return Login(found, request.session.get(LOGIN, "")).actor(via_of(request, "api"))
    return visitor(request, task="signup", door="api")
