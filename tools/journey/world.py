"""What the journey knows while it runs: the servers, the people and what they own."""

import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tools.journey.client import Client, JourneyError
from tools.journey.line import Line
from tools.journey.mail import Mailbox
from tools.journey.otp import Authenticator
from tools.journey.staff import Desk, desks

EVENTUALLY_S = 300.0
"""Longer than the lease of a worker that was killed, after which another one does its work."""
POLL_S = 0.25


@dataclass
class Person:
    """A consumer with a mailbox; the rest is filled in on the way."""

    name: str
    email: str
    mailbox: Mailbox
    token: str = ""
    authenticator: Authenticator | None = None
    recovery_codes: list[str] = field(default_factory=list)
    wallet: str = ""
    application: str = ""
    customer: str = ""
    chat: str = ""
    room: str = ""
    line: Line | None = None

    def move_to(self, other: "Person") -> None:
        """Go on under another address, signed out."""
        self.email, self.mailbox, self.token = other.email, other.mailbox, ""


@dataclass
class World:
    """Servers and people of one journey."""

    api: Client
    sink: Client
    root: Path
    run: Path
    wait_for_code: Callable[[float], None]
    ada: Person
    kenji: Person
    partner: Client | None = None
    card: str = ""
    top_up: str = ""
    payment_key: str = field(default_factory=lambda: str(uuid.uuid4()))
    mail_before_payment: int = 0
    desks: dict[str, Desk] = field(default_factory=dict)
    agent_line: Line | None = None

    def get(self, person: Person, path: str, **query: str) -> Any:
        """Read as this person; expects 200 and returns the JSON."""
        return self.api.expect(200, "GET", f"/api/v1{path}", token=person.token, query=query)

    def post(self, person: Person, path: str, body: object, *, key: str = "") -> httpx.Response:
        """Write as this person, under a new Idempotency-Key unless one is given."""
        return self.api.send("POST", f"/api/v1{path}", body=body, token=person.token, key=key or str(uuid.uuid4()))

    def upload(self, person: Person, path: str, *, kind: str, file: bytes) -> httpx.Response:
        """Send an image as this person, under a new Idempotency-Key."""
        form = {"data": {"kind": kind}, "files": {"file": (f"{kind}.jpg", file, "image/jpeg")}}
        return self.api.send("POST", f"/api/v1{path}", form=form, token=person.token, key=str(uuid.uuid4()))

    def desk(self, role: str) -> Desk:
        """Return the desk of the member of staff with this role."""
        if not self.desks:
            self.desks = desks(self.run, self.api.url, self.wait_for_code)
        return self.desks[role]

    def take_statuses(self) -> list[int]:
        """Return the statuses received since the last call, those of staff last."""
        return [*self.api.take_statuses(), *(one for desk in self.desks.values() for one in desk.take_statuses())]

    def eventually(self, what: str, look: Callable[[], Any]) -> None:
        """Look again until there is something. Raises JourneyError after five minutes."""
        until = time.monotonic() + EVENTUALLY_S
        while not look():
            if time.monotonic() > until:
                message = f"no {what} within {EVENTUALLY_S:.0f} s"
                raise JourneyError(message)
            time.sleep(POLL_S)


@dataclass(frozen=True)
class Step:
    """One line of the journey. `run` raises JourneyError when the server answers otherwise than promised."""

    title: str
    run: Callable[[World], None]


def new_person(sink: Client, name: str, word: str) -> Person:
    """Return a person with an address that nobody had before."""
    email = f"{word}.{secrets.token_hex(5)}@example.com"
    return Person(name, email, Mailbox(sink, email))


def open_world(
    api: Client,
    sink: Client,
    *,
    root: Path,
    run: Path,
    wait_for_code: Callable[[float], None],
) -> World:
    """Return the world at the start: two people whom the product has never seen."""
    return World(
        api,
        sink,
        root,
        run,
        wait_for_code,
        ada=new_person(sink, "Ada Okonkwo-Lindqvist", "Ada.Journey"),
        kenji=new_person(sink, "佐藤 健二", "kenji.journey"),
    )
