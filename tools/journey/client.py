"""HTTP client of the journey: the same request again, with the same key, while the server is away.

A refused connection and 429, 502 and 503 did nothing, so any request is repeated after them. An answer lost on its way
may have done something: only reads and requests with an Idempotency-Key are repeated then.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

PATIENCE_S = 90.0
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 3.0

_DID_NOTHING = frozenset({429, 502, 503})
_MOST_TEXT = 2_000
_READS = frozenset({"GET", "HEAD"})


class JourneyError(Exception):
    """The journey cannot go on; the text says what was expected and what came instead."""


class LostAnswerError(JourneyError):
    """The connection broke after a request without a key was sent: it may have been carried out."""


class NoMailError(JourneyError):
    """A mail that was promised did not come in time; a person would ask for it once more."""


class Client:
    """Requests to one server. Every status received is kept in `statuses` until it is taken."""

    def __init__(
        self,
        url: str,
        *,
        patience_s: float = PATIENCE_S,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Talk to `url`, repeating for at most `patience_s` seconds."""
        self.url = url.rstrip("/")
        self._patience_s = patience_s
        self._pause = pause
        self._clock = clock
        self._statuses: list[int] = []
        # A kept connection to a server that was killed would look like a lost answer.
        self._http = httpx.Client(
            base_url=self.url,
            timeout=30,
            limits=httpx.Limits(max_keepalive_connections=0),
            headers={"Accept": "application/json"},
        )

    def close(self) -> None:
        """Give up all connections."""
        self._http.close()

    def take_statuses(self) -> list[int]:
        """Return the statuses received since the last call."""
        statuses, self._statuses = self._statuses, []
        return statuses

    def send(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, str | int] | None = None,
        form: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        token: str = "",
        key: str = "",
    ) -> httpx.Response:
        """Send one request until it is answered for good; the caller judges the status. `form` has `data` and `files`.

        Raises: LostAnswerError, or JourneyError when the server stayed away longer than the patience.
        """
        named = {"X-Session-Token": token, "Idempotency-Key": key, **(headers or {})}
        request = self._http.build_request(
            method,
            path,
            json=body,
            params=query,
            headers={name: value for name, value in named.items() if value},
            **(form or {}),
        )
        until = self._clock() + self._patience_s
        pause = FIRST_PAUSE_S
        while True:
            answer, trouble = self._once(request, may_repeat=bool(key) or method in _READS)
            if answer is not None and not _is_worth_repeating(answer):
                return answer
            wait = max(pause, _retry_after(answer))
            if self._clock() + wait > until:
                if answer is not None:
                    return answer
                message = f"{method} {self.url}{path} got no answer for {self._patience_s:.0f} s: {trouble}"
                raise JourneyError(message)
            self._pause(wait)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def expect(self, status: int, method: str, path: str, **request: Any) -> Any:
        """Send a request and return the JSON of its answer. Raises JourneyError when the status is another."""
        answer = self.send(method, path, **request)
        require(answer, status)
        return answer.json() if answer.content else None

    def _once(self, request: httpx.Request, *, may_repeat: bool) -> tuple[httpx.Response | None, str]:
        try:
            answer = self._http.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return None, str(error)
        except httpx.TransportError as error:
            if may_repeat:
                return None, str(error)
            message = f"{request.method} {request.url}: the answer was lost ({error})"
            raise LostAnswerError(message) from error
        self._statuses.append(answer.status_code)
        return answer, ""


def require(answer: httpx.Response, *statuses: int) -> None:
    """Raise JourneyError with the request and the server's own words unless the status is one of these."""
    if answer.status_code in statuses:
        return
    wanted = " or ".join(str(status) for status in statuses)
    request = f"{answer.request.method} {answer.request.url.path}"
    message = f"{request}: {answer.status_code} instead of {wanted}\n{answer.text[:_MOST_TEXT]}"
    raise JourneyError(message)


def _is_worth_repeating(answer: httpx.Response) -> bool:
    if answer.status_code in _DID_NOTHING:
        return True
    return answer.status_code == httpx.codes.CONFLICT and _code(answer) == "idempotency_in_progress"


def _code(answer: httpx.Response) -> str:
    try:
        content = answer.json()
    except ValueError:
        return ""
    return str(content.get("code", "")) if isinstance(content, dict) else ""


def _retry_after(answer: httpx.Response | None) -> float:
    if answer is None:
        return 0.0
    text = answer.headers.get("Retry-After", "")
    if text.isdigit():
        return float(text)
    return LONGEST_PAUSE_S if answer.status_code == httpx.codes.TOO_MANY_REQUESTS else 0.0
