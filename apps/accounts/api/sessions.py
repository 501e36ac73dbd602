"""Sessions of Django as tokens of the API. What a session holds is sealed: among it are one-time codes."""

import json
import re
from typing import Any, Final
from uuid import UUID

from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from apps.accounts.models import User
from apps.accounts.selectors import logins
from apps.core import clock, crypto, ids, live

CONSUMER_BACKEND: Final = "apps.accounts.api.authentication.ConsumerBackend"
STAFF_BACKEND: Final = "apps.accounts.api.authentication.StaffBackend"
LOGIN: Final = "login"
"""Where a session keeps the typed id of the sign-in that opened it."""

_PURPOSE: Final = "accounts.sessions"
_FORM: Final = re.compile(r"[a-z0-9]{32}", re.ASCII)


class SealedSerializer:
    """Writes a session's content so that its row tells nothing without the key ring."""

    def dumps(self, content: Any) -> bytes:
        plain = json.dumps(content, separators=(",", ":")).encode()
        return crypto.seal(crypto.process_key(_PURPOSE), plain, crypto.place(_PURPOSE, ""))

    def loads(self, sealed: bytes) -> Any:
        return json.loads(crypto.open_(crypto.process_key(_PURPOSE), sealed, crypto.place(_PURPOSE, "")))


class SessionStore(db.SessionStore):
    """Sessions in the database, each found together with its login: every request asks for both.

    The end of one is told to the sockets of its person, which are open under it.
    """

    owner: User | None = None

    def flush(self) -> None:
        person = self.get(SESSION_KEY)
        super().flush()
        _ended(person)

    def delete(self, session_key: str | None = None) -> None:
        # Within `flush` nothing is known here any more, and nothing is told twice.
        person = self.get(SESSION_KEY)
        super().delete(session_key)
        _ended(person)

    def _get_session_from_db(self) -> Session | None:
        found = logins.session(self.session_key) if self.session_key else None
        if found is None or found[0].expire_date <= clock.now():
            self._session_key = None
            return None
        session, self.owner = found
        return session

    def person(self) -> User | None:
        """Return whose session this is where nothing more than itself is needed to tell; Django's own way knows all."""
        owner = self.owner
        is_theirs = (
            owner is not None
            and owner.is_active
            and self.get(SESSION_KEY) == str(owner.pk)
            and self.get(BACKEND_SESSION_KEY) == CONSUMER_BACKEND
            and constant_time_compare(self.get(HASH_SESSION_KEY, ""), owner.get_session_auth_hash())
        )
        return owner if is_theirs else None


def _ended(person: str | None) -> None:
    if person is not None:
        live.recheck(ids.encode("usr", UUID(person)))


class ConsumerTokens(SessionTokenStrategy):  # type: ignore[misc]  # allauth has no types
    """The token of a consumer is the key of their session; a session of staff is no token anywhere."""

    def lookup_session(self, session_token: str) -> SessionBase | None:
        if not _FORM.fullmatch(session_token):
            return None
        session = SessionStore(session_token)
        backend = session.get(BACKEND_SESSION_KEY)
        return None if session.session_key is None or backend == STAFF_BACKEND else session
