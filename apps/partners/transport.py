"""One HTTP exchange with a partner: bounded in time and size, without redirects and repetitions.

It tells the two kinds of silence apart: nothing was sent, or something was and no whole answer came back.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import httpx

# An answer may be wrong in these ways only after the request has left.
_NOTHING_LEFT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


class NotSent(Exception):
    """No byte of the request left: it is certain that the partner did nothing."""


class NoAnswer(Exception):
    """The request may have arrived, and no complete answer came back."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect and for the whole exchange, and the most bytes of an answer."""

    connect_s: float = 5.0
    total_s: float = 30.0
    most_bytes: int = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Exchange:
    """A complete answer. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    latency_ms: int


class Transport:
    """Connections to one partner, shared by the threads of a process."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Connect at the first call. Proxies and logins of the environment are not looked at."""
        self._limits = limits or Limits()
        self._client = httpx.Client(
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(self._limits.total_s, connect=self._limits.connect_s),
            limits=httpx.Limits(max_connections=20, max_keepalive_connections=5, keepalive_expiry=30),
        )

    def send(self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None = None) -> Exchange:
        """Send one request and read the whole answer.

        Raises: NotSent, NoAnswer; their texts name the kind of failure and nothing of the request.
        """
        began = time.monotonic()
        try:
            with self._client.stream(method, url, headers=dict(headers), content=content) as response:
                body = self._read(response, began)
        except _NOTHING_LEFT as error:
            raise NotSent(_word(error)) from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise NoAnswer(_word(error)) from None
        latency_ms = round((time.monotonic() - began) * 1_000)
        found = {name.lower(): value for name, value in response.headers.items()}
        return Exchange(response.status_code, found, body, latency_ms)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _read(self, response: httpx.Response, began: float) -> bytes:
        chunks, size = [], 0
        for chunk in response.iter_bytes():
            chunks.append(chunk)
            size += len(chunk)
            if size > self._limits.most_bytes:
                message = "answer_too_large"
                raise NoAnswer(message)
            if time.monotonic() - began > self._limits.total_s:
                message = "timeout"
                raise NoAnswer(message)
        return b"".join(chunks)


def _word(error: Exception) -> str:
    """Return the kind of a failure as a word; the texts of the library show addresses and bytes."""
    return "timeout" if isinstance(error, httpx.TimeoutException) else f"connection_{type(error).__name__.lower()}"
