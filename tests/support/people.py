"""People at the end of a socket: customers and staff with sessions, and the connections they open."""

from dataclasses import dataclass, field

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from apps.accounts.api.sessions import SessionStore
from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.live import tickets
from tests.support.live import ORIGIN, Live, Socket

CONSUMER = "apps.accounts.api.authentication.ConsumerBackend"


@dataclass
class Person:
    """Somebody who is signed in."""

    by: Actor
    session: str
    live: Live
    purpose: str
    sockets: list[Socket] = field(default_factory=list)

    def ticket(self) -> str:
        """Return a fresh ticket."""
        return tickets.issue(purpose=self.purpose, session=self.session)

    def sign_out(self) -> None:
        """End the session."""
        SessionStore(self.session).delete()

    def open(self, **hello: object) -> Socket:
        """Return a connection that was welcomed."""
        socket = self.connect()
        welcome = socket.ask("hello", {"ticket": self.ticket(), **hello})
        assert welcome["t"] == "welcome", welcome
        return socket

    def connect(self, **options: str | None) -> Socket:
        """Return a connection that has said nothing yet."""
        if self.purpose == "agent":
            options.setdefault("origin", ORIGIN)
        socket = self.live.open(f"/ws/{self.purpose}/", **options)
        self.sockets.append(socket)
        return socket


def sign_in(login: User, backend: str) -> str:
    """Return the key of a new session of a login."""
    session = SessionStore()
    session[SESSION_KEY] = str(login.pk)
    session[BACKEND_SESSION_KEY] = backend
    session[HASH_SESSION_KEY] = login.get_session_auth_hash()
    session.create()
    return str(session.session_key)
