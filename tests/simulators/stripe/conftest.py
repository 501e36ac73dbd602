"""A simulated account on a free port, and somebody who takes its events."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from simulators.stripe import Account, StripeSimulator
from tests.simulators.stripe.client import Client


@dataclass
class Receiver:
    """Takes events; `answers` are the statuses to give first, then 200."""

    url: str = ""
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, number: int) -> list[tuple[str, bytes]]:
        with self.came:
            assert self.came.wait_for(lambda: len(self.taken) >= number, timeout=10), f"{len(self.taken)} of {number}"
            return list(self.taken)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with found.came:
                found.taken.append((self.headers["Stripe-Signature"], body))
                self.send_response(found.answers.pop(0) if found.answers else 200)
                found.came.notify_all()
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/hooks/stripe"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def account(receiver: Receiver) -> Account:
    return Account(webhook_url=receiver.url)


@pytest.fixture
def client(tmp_path: Path, account: Account) -> Iterator[Client]:
    simulator = StripeSimulator(host="127.0.0.1", port=0, folder=tmp_path, account=account)
    simulator.start()
    with Client(simulator.addresses["api"], account.secret_key) as found:
        yield found
    simulator.stop()
