"""Sessions of staff: begun by a second factor, ended by idleness, by age, or with the factor itself."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, login
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY

from apps.accounts.api.callers import Login, user_of
from apps.accounts.api.sessions import LOGIN, STAFF_BACKEND
from apps.accounts.models import User
from apps.accounts.selectors import logins
from apps.accounts.services.second_factors import Proof
from apps.core.api.middleware import frame_of

_SINCE: Final = "since"
_SEEN: Final = "seen"
_NOTED_EVERY_S: Final = 60


def begin(request: HttpRequest, user: User, proof: Proof) -> None:
    """Open a session, under a new key."""
    login(request, user, backend=STAFF_BACKEND)
    request.session[DEVICE_ID_SESSION_KEY] = proof.device
    request.session[LOGIN] = proof.event.ref
    request.session[_SINCE] = request.session[_SEEN] = _seconds(frame_of(request).at)
    request.session.set_expiry(settings.STAFF_SESSION_LONGEST_S)


def current(request: Any) -> Login | None:
    """Return the member of staff whose verified session a request brings; one that is over is ended here."""
    return holder(request.session, at=frame_of(request).at)


def holder(session: SessionBase, *, at: datetime, is_active: bool = True) -> Login | None:
    """Return the member of staff whose verified session this is; one that is over is ended here.

    `is_active`: the person is doing something, which keeps the session from falling idle.
    """
    if session.get(BACKEND_SESSION_KEY) != STAFF_BACKEND:
        return None
    now, user = _seconds(at), user_of(session)
    if (
        user is None
        or _is_over(session, now)
        or not logins.is_verified(user.pk, session.get(DEVICE_ID_SESSION_KEY, ""))
    ):
        session.flush()
        return None
    if is_active and now - session[_SEEN] >= _NOTED_EVERY_S:
        session[_SEEN] = now
    return Login(user, session.get(LOGIN, ""))


def verified(user: User) -> User:
    """Return the user of a session found by `current`, who says so of itself."""
    user.is_verified = lambda: True  # type: ignore[attr-defined]  # the name that django-otp gives it
    return user


def sign_in_address(request: HttpRequest) -> str:
    """Return where somebody is sent who has to sign in first, and comes back from."""
    wanted = request.get_full_path() if request.method == "GET" else ""
    return reverse("sign_in") + (f"?{urlencode({'next': wanted})}" if wanted else "")


def _is_over(session: SessionBase, at: int) -> bool:
    idle_s, age_s = at - session.get(_SEEN, 0), at - session.get(_SINCE, 0)
    return bool(idle_s >= settings.STAFF_SESSION_IDLE_S or age_s >= settings.STAFF_SESSION_LONGEST_S)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
