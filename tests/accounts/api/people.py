"""A consumer who signs in over HTTP, as an app does."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx
from django.conf import settings
from django.core import mail as mail_backend

from apps.accounts.models import CredentialEvent, LoginEvent, User
from apps.accounts.models.contacts import email_fingerprint
from apps.core import clock, ids
from tests.support import tasks
from tests.support.web import Web
from tools.journey.otp import PERIOD_S, totp

AUTH = "/_allauth/app/v1"
_CODE = re.compile(r"^\d{6}$", re.MULTILINE)


@dataclass
class Consumer:
    """Somebody with an address and an app, which keeps the newest session token."""

    web: Web
    http: httpx.Client
    email: str = field(default_factory=lambda: f"{ids.new().hex}@example.com")
    token: str = ""
    secret: str = ""

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send a request to allauth and keep the token of the answer."""
        sent = {**({"X-Session-Token": self.token} if self.token else {}), **headers}
        answer = self.http.request(method, AUTH + path, json=body, headers=sent)
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            self.token = answer.json().get("meta", {}).get("session_token") or self.token
        return answer

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.ask("POST", path, body)

    def api(self, path: str = "/me", token: str | None = None) -> httpx.Response:
        """Read something of the API."""
        return self.http.get(f"/api/v1{path}", headers={"X-Session-Token": self.token if token is None else token})

    def subjects(self) -> list[str]:
        """Return the subjects of the mails to this person, oldest first."""
        return [mail.subject for mail in self._mails()]

    def code(self) -> str:
        """Return the code of the newest mail."""
        found = _CODE.search(self._mails()[-1].body)
        assert found
        return found[0]

    def _mails(self) -> list[Any]:
        """Return the mails to this person, oldest first; what waits in the queue of codes is sent now."""
        tasks.run_waiting("mail_fast")
        return [mail for mail in mail_backend.outbox if self.email in mail.to]

    def sign_up(self) -> "Consumer":
        self.post("/auth/signup", email=self.email)
        answer = self.post("/auth/email/verify", key=self.code())
        assert answer.status_code == httpx.codes.OK
        return self

    def sign_in(self) -> httpx.Response:
        """Sign in by a code from the mail."""
        self.token = ""
        self.post("/auth/code/request", email=self.email)
        return self.post("/auth/code/confirm", code=self.code())

    def enrol(self) -> httpx.Response:
        """Enrol an authenticator app."""
        self.secret = self.ask("GET", "/account/authenticators/totp").json()["meta"]["secret"]
        return self.post("/account/authenticators/totp", code=self.app_code())

    def app_code(self) -> str:
        """Return the present code of the authenticator app."""
        return totp(self.secret, PERIOD_S * (clock.now().timestamp() // settings.MFA_TOTP_PERIOD))

    @property
    def login(self) -> User:
        found: User = User.objects.get(email_fp=email_fingerprint(self.email))
        return found

    def events(self) -> list[tuple[str, str, int]]:
        """Return what is written down of this person's attempts to sign in: result, reason, level."""
        rows = LoginEvent.objects.filter(user=self.login).order_by("id")
        return list(rows.values_list("result", "reason", "aal"))

    def credentials(self) -> list[tuple[str, str]]:
        """Return what is written down of this person's credentials."""
        rows = CredentialEvent.objects.filter(user=self.login).order_by("id")
        return list(rows.values_list("kind", "action"))


def pending(answer: httpx.Response) -> list[str]:
    """Return the steps that an answer of allauth waits for."""
    return [flow["id"] for flow in answer.json()["data"]["flows"] if flow.get("is_pending")]
