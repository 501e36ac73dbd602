"""A load of HTTP requests over kept connections, cheap enough to leave the processors to the server."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

JSON = {"Content-Type": "application/json"}
Request = tuple[str, str, dict[str, str], bytes]
"""Method, path, headers, body."""


@dataclass
class Outcome:
    """What came of one run or several: seconds of each answer, and how long it all took.

    An error is an answer of another class than `wanted`.
    """

    wanted: int = 2
    seconds: list[float] = field(default_factory=list)
    errors: int = 0
    took_s: float = 0.0
    first_error: str = ""

    @property
    def per_s(self) -> float:
        """Return answers in a second."""
        return len(self.seconds) / self.took_s if self.took_s else 0.0

    def ms(self, share: float) -> float:
        """Return the time in milliseconds within which this share of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1_000 if ordered else 0.0


def run(
    port: int,
    clients: int,
    seconds: float,
    requests: Callable[[int], Iterator[Request]],
    outcome: Outcome | None = None,
) -> Outcome:
    """Send requests for some seconds; each client takes its own from `requests(number)`, one after the other.

    With an `outcome` this run is added to it.
    """
    outcome = outcome or Outcome()
    asyncio.run(_run(port, clients, seconds, requests, outcome))
    return outcome


async def _run(
    port: int, clients: int, seconds: float, requests: Callable[[int], Iterator[Request]], outcome: Outcome
) -> None:
    began = time.perf_counter()
    until = began + seconds
    await asyncio.gather(*(_client(port, until, requests(number), outcome) for number in range(clients)))
    outcome.took_s += time.perf_counter() - began


async def _client(port: int, until: float, requests: Iterator[Request], outcome: Outcome) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        began = time.perf_counter()
        if began > until:
            break
        writer.write(_bytes(request))
        status, body = await _answer(reader)
        outcome.seconds.append(time.perf_counter() - began)
        if status // 100 != outcome.wanted:
            outcome.errors += 1
            outcome.first_error = outcome.first_error or f"{status} {body[:300].decode(errors='replace')}"
    writer.close()


def _bytes(request: Request) -> bytes:
    method, path, headers, body = request
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    length = next(
        int(line.split(b":", 1)[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    )
    return status, await reader.readexactly(length)
