"""Who is behind a socket: the login of the session that its ticket stands for, asked again and again."""

from dataclasses import dataclass
from typing import Final

from apps.accounts.api import staff_sessions
from apps.accounts.api.callers import Login, user_of
from apps.accounts.api.sessions import LOGIN, ConsumerTokens, SessionStore
from apps.accounts.enums import UserKind
from apps.core import clock
from apps.core.actors import Actor, Via

CONSUMER_PURPOSES: Final = ("support",)
STAFF_PURPOSES: Final = ("agent",)


@dataclass(frozen=True, slots=True)
class SocketLogin:
    """A login behind a socket."""

    login: Login

    def actor(self, via: Via) -> Actor:
        return self.login.actor(via)

    def holds(self, code: str) -> bool:
        return self.login.user.has_perm(code)


def login(*, purpose: str, session: str, is_active: bool) -> SocketLogin | None:
    """Return the login of a session that is still good for a purpose; the setting SOCKET_LOGINS names this function.

    `is_active` tells that the person did something since the last time: a desk that is only open falls idle.
    """
    found = _staff(session, is_active=is_active) if purpose in STAFF_PURPOSES else _consumer(session)
    return None if found is None else SocketLogin(found)


def _consumer(key: str) -> Login | None:
    session = ConsumerTokens().lookup_session(key)
    user = user_of(session) if session else None
    if session is None or user is None or user.kind != UserKind.CUSTOMER:
        return None
    return Login(user, session.get(LOGIN, ""))


def _staff(key: str, *, is_active: bool) -> Login | None:
    session = SessionStore(key)
    found = staff_sessions.holder(session, at=clock.now(), is_active=is_active)
    if found is not None and session.modified:
        session.save()
    return found
