"""How requests say who sends them: consumers by a session token, staff by the console's cookie, and never both."""

from typing import Any, Final

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import BaseBackend
from rest_framework.authentication import CSRFCheck
from rest_framework.request import Request

from apps.accounts.api import staff_sessions
from apps.accounts.api.callers import Login, user_of
from apps.accounts.api.sessions import LOGIN, ConsumerTokens
from apps.accounts.enums import UserKind
from apps.accounts.errors import CsrfFailed, TokenExpired
from apps.accounts.models import User
from apps.accounts.selectors import logins
from apps.core.api.authentication import TOKEN_HEADER, SessionToken
from apps.core.errors import Unauthenticated

STAFF_PATHS: Final = "/api/v1/staff/"


class SessionTokenAuthentication(SessionToken):
    """Consumers, by the token that allauth gave them; it opens nothing of staff."""

    def authenticate(self, request: Request) -> tuple[User, Login] | None:
        token = request.headers.get(TOKEN_HEADER, "")
        if not token or request.path.startswith(STAFF_PATHS):
            return None
        session = ConsumerTokens().lookup_session(token)
        if session is None:
            raise TokenExpired
        user = user_of(session)
        if user is None or user.kind != UserKind.CUSTOMER:
            raise Unauthenticated
        return user, Login(user, session.get(LOGIN, ""))


class StaffSession(SessionToken):
    """Staff, by the console's cookie after a verified second factor; a change carries the console's CSRF token too."""

    def authenticate(self, request: Request) -> tuple[User, Login] | None:
        if not request.path.startswith(STAFF_PATHS):
            return None
        login = staff_sessions.current(request)
        if login is None:
            return None
        _require_csrf_token(request)
        return login.user, login


class ConsumerBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Whose a session of a consumer is, and who signs in by allauth."""

    def get_user(self, user_id: Any) -> User | None:
        found = logins.by_id(user_id)
        return found if self.user_can_authenticate(found) else None


class StaffBackend(BaseBackend):
    """Whose a session of staff is. It admits nobody: that takes two steps on a page of its own."""

    def get_user(self, user_id: Any) -> User | None:
        return logins.staff(user_id)


def _require_csrf_token(request: Request) -> None:
    check: Any = CSRFCheck(lambda _: None)  # type: ignore[arg-type]  # only asked, never passed on
    sent = request._request  # noqa: SLF001 - Django's own check wants Django's own request
    check.process_request(sent)
    if check.process_view(sent, None, (), {}):
        raise CsrfFailed
