"""The journey's own tools: codes, repeated requests, mailbox, report. Its steps are shown by running it."""

import io
import json
import smtplib
import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import pytest

from simulators.mail import MailSimulator
from tools.journey.__main__ import main
from tools.journey.client import Client, JourneyError, LostAnswerError, NoMailError
from tools.journey.mail import Mailbox
from tools.journey.otp import Authenticator, totp
from tools.journey.report import Report

LOST = 0


class Clock:
    """Time that passes only by waiting."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


class Server(ThreadingHTTPServer):
    """Answers with the given statuses, one after the other, and keeps what it was asked. LOST: no answer at all."""

    def __init__(self, *statuses: int, code: str = "", retry_after: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.statuses = list(statuses)
        self.body = json.dumps({"code": code}).encode()
        self.retry_after = retry_after
        self.asked: list[tuple[str, str | None, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.server.asked.append((self.path, self.headers.get("Idempotency-Key"), body))
        status = self.server.statuses.pop(0)
        if status == LOST:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.server.body)))
        if self.server.retry_after:
            self.send_header("Retry-After", self.server.retry_after)
        self.end_headers()
        self.wfile.write(self.server.body)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        pass


def client(url: str, clock: Clock) -> Client:
    return Client(url, patience_s=10, pause=clock.wait, clock=clock)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(at: int, code: str) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert totp(secret, at) == code


def test_secret_may_lack_padding_and_be_lower_case() -> None:
    assert totp("mfrggzdf", 59) == totp("MFRGGZDF", 59)
    assert totp("MFRGG", 59) == totp("MFRGG===", 59)


def test_no_code_is_given_twice() -> None:
    clock = Clock(1_000_000_005)
    authenticator = Authenticator("MFRGGZDF", wait=clock.wait, clock=clock)

    codes = [authenticator.code() for _ in range(3)]

    assert codes == [totp("MFRGGZDF", at) for at in (1_000_000_005, 1_000_000_035, 1_000_000_065)]
    assert clock.waits == [15, 30]


def test_code_of_a_period_that_is_ending_is_not_given() -> None:
    clock = Clock(58)
    authenticator = Authenticator("MFRGGZDF", wait=clock.wait, clock=clock)

    code = authenticator.code()

    assert (code, clock.waits) == (totp("MFRGGZDF", 60), [2])


def test_refusals_that_did_nothing_are_repeated_with_the_same_key_and_body() -> None:
    clock = Clock()
    with Server(503, 502, 429, 201) as server:
        answer = client(server.url, clock).send("POST", "/transfers", body={"a": 1}, key="k1")

    assert answer.status_code == 201
    assert server.asked == [("/transfers", "k1", b'{"a":1}')] * 4
    assert clock.waits == [0.2, 0.4, 3.0]


def test_pause_is_at_least_what_the_server_asks() -> None:
    clock = Clock()
    with Server(503, 200, retry_after="2") as server:
        client(server.url, clock).send("GET", "/")

    assert clock.waits == [2.0]


def test_running_twin_is_waited_for_but_a_reused_key_is_not() -> None:
    clock = Clock()
    with Server(409, 201, code="idempotency_in_progress") as running:
        first = client(running.url, clock).send("POST", "/", body={}, key="k")
    with Server(409, 201, code="idempotency_key_reused") as reused:
        second = client(reused.url, clock).send("POST", "/", body={}, key="k")

    assert (first.status_code, second.status_code) == (201, 409)


def test_last_refusal_is_the_answer_when_patience_ends() -> None:
    clock = Clock()
    with Server(*[503] * 20) as server:
        answer = client(server.url, clock).send("GET", "/")

    assert answer.status_code == 503
    assert clock.now <= 10


def test_refused_connection_is_repeated_until_patience_ends() -> None:
    clock = Clock()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    with pytest.raises(JourneyError, match="got no answer for 10 s"):
        client(url, clock).send("POST", "/", body={})

    assert clock.waits[:3] == [0.2, 0.4, 0.8]


def test_lost_answer_is_repeated_under_a_key_only() -> None:
    clock = Clock()
    with Server(LOST, 201, LOST) as server:
        repeated = client(server.url, clock).send("POST", "/", body={}, key="k")
        with pytest.raises(LostAnswerError):
            client(server.url, clock).send("POST", "/", body={})

    assert repeated.status_code == 201
    assert len(server.asked) == 3


def test_statuses_are_kept_until_taken() -> None:
    with Server(503, 200, 404) as server:
        asking = client(server.url, Clock())
        asking.send("GET", "/")
        asking.send("GET", "/")

    assert (asking.take_statuses(), asking.take_statuses()) == ([503, 200, 404], [])


def test_unexpected_status_names_request_and_answer() -> None:
    with Server(422, code="insufficient_funds") as server, pytest.raises(JourneyError) as raised:
        client(server.url, Clock()).expect(201, "POST", "/transfers", body={})

    assert str(raised.value) == 'POST /transfers: 422 instead of 201\n{"code": "insufficient_funds"}'


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSimulator]:
    simulator = MailSimulator(host="127.0.0.1", smtp_port=0, web_port=0, folder=tmp_path)
    simulator.start()
    yield simulator
    simulator.stop()


def deliver(sink: MailSimulator, to: str, text: str) -> None:
    message = EmailMessage()
    message["Subject"], message["To"] = "News", to
    message.set_content(text)
    host, port = sink.addresses["smtp"].split(":")
    with smtplib.SMTP(host, int(port)) as smtp:
        smtp.send_message(message, from_addr="no-reply@example.com")


def test_mailbox_gives_the_code_that_came_after_the_request(sink: MailSimulator) -> None:
    mailbox = Mailbox(Client(sink.addresses["web"]), "ada@example.com")
    deliver(sink, "ada@example.com", "Your code:\n\n111111\n")
    seen = mailbox.newest()
    deliver(sink, "ada@example.com", "You received 25.10 USD.")
    deliver(sink, "kenji@example.com", "Your code:\n\n222222\n")
    deliver(sink, "Ada@example.com", "Your code:\n\n333333\n")

    assert mailbox.code(after=seen) == "333333"
    assert mailbox.containing("25.10", after=seen)["to"] == ["ada@example.com"]


def test_mailbox_waits_and_then_says_what_did_not_come(sink: MailSimulator) -> None:
    clock = Clock()
    mailbox = Mailbox(Client(sink.addresses["web"]), "ada@example.com", wait_s=1, pause=clock.wait, clock=clock)

    with pytest.raises(NoMailError, match=r"no mail to ada@example\.com with a one-time code within 1 s"):
        mailbox.code(after=0)

    assert mailbox.newest() == 0
    assert clock.waits == [0.25] * 5


def test_report_is_a_table_without_colours_in_a_file() -> None:
    out = io.StringIO()
    report = Report(out)

    report.step("Ada signs up", "ok", statuses=[401, 200], seconds=0.1234)
    report.step("Ada pays", "FAILED", statuses=[503] * 6, seconds=61.26)
    report.countdown(0.01)

    first, second, third = out.getvalue().splitlines()
    assert first.split() == ["1", "Ada", "signs", "up", "ok", "401", "200", "123", "ms"]
    assert second.split() == ["2", "Ada", "pays", "FAILED", "6", "answers,", "503", "61.3", "s"]
    assert third == "     waiting 0 s for the next one-time code"


def test_journey_without_a_demo_says_how_to_start_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--run", str(tmp_path)])

    assert code == 1
    assert "Start it with `make demo`" in capsys.readouterr().out


def test_journey_fails_at_the_first_broken_promise(sink: MailSimulator, capsys: pytest.CaptureFixture[str]) -> None:
    with Server(403, code="closed") as server:
        code = main(["--url", server.url, "--mail-url", sink.addresses["web"]])

    lines = capsys.readouterr().out.splitlines()
    failed = [line for line in lines if "FAILED" in line]
    assert (code, len(failed)) == (1, 1)
    assert lines[-2:] == ["POST /_allauth/app/v1/auth/signup: 403 instead of 401", '{"code": "closed"}']
