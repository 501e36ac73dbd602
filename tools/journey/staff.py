"""A member of staff at the console: signs in by its form, then calls the API of staff with the session's cookie."""

import json
import re
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tools.journey.client import PATIENCE_S, JourneyError, require
from tools.journey.otp import Authenticator

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_PAUSE_S = 0.5
_SIGN_IN = "/console/sign-in/"


class Desk:
    """The browser of one member of staff."""

    def __init__(self, url: str, member: dict[str, str], *, wait: Callable[[float], None]) -> None:
        """Sit down at the console at `url` as one of the demo's staff."""
        self._member = member
        self._app = Authenticator(member["secret"], wait=wait)
        self._http = httpx.Client(base_url=url, timeout=30, limits=httpx.Limits(max_keepalive_connections=0))
        self._statuses: list[int] = []

    def sign_in(self) -> None:
        """Give address and password, then the code of the app."""
        for fields in (
            {"email": self._member["email"], "password": self._member["password"]},
            {"code": self._app.code()},
        ):
            page = self._send("GET", _SIGN_IN)
            require(page, 200)
            found = _TOKEN.search(page.text)
            if found is None:
                message = "the sign-in page has no form"
                raise JourneyError(message)
            require(self._send("POST", _SIGN_IN, data={**fields, "csrfmiddlewaretoken": found[1]}), 302)

    def get(self, path: str) -> Any:
        """Read; expects 200 and returns the JSON."""
        answer = self._send("GET", f"/api/v1/staff{path}")
        require(answer, 200)
        return answer.json()

    def post(self, path: str, body: object, *, key: str = "") -> httpx.Response:
        """Write, under a new Idempotency-Key unless one is given."""
        headers = {
            "Idempotency-Key": key or str(uuid.uuid4()),
            "X-CSRFToken": self._http.cookies.get("csrftoken", ""),
        }
        return self._send("POST", f"/api/v1/staff{path}", json=body, headers=headers)

    def image(self, path: str) -> bytes:
        """Return the content of an image. Raises JourneyError for anything else."""
        answer = self._send("GET", f"/api/v1/staff{path}")
        require(answer, 200)
        if not answer.headers.get("Content-Type", "").startswith("image/"):
            message = f"{path} is {answer.headers.get('Content-Type')}, not an image"
            raise JourneyError(message)
        return answer.content

    def take_statuses(self) -> list[int]:
        """Return the statuses received since the last call."""
        statuses, self._statuses = self._statuses, []
        return statuses

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = self._http.request(method, path, **request)
            except httpx.TransportError as error:
                if time.monotonic() > until:
                    message = f"{method} {path} got no answer for {PATIENCE_S:.0f} s: {error}"
                    raise JourneyError(message) from error
            else:
                if answer.status_code not in (429, 502, 503) or time.monotonic() > until:
                    self._statuses.append(answer.status_code)
                    return answer
            time.sleep(_PAUSE_S)


def desks(run: Path, url: str, wait: Callable[[float], None]) -> dict[str, Desk]:
    """Return the desk of each member of the demo's staff, by role."""
    try:
        members = json.loads((run / "staff.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as error:
        message = f"{run} does not say what the demo's staff sign in with"
        raise JourneyError(message) from error
    return {member["role"]: Desk(url, member, wait=wait) for member in members}
