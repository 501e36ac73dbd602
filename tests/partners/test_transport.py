"""One exchange over a real socket: whole answers, and the two kinds of silence."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from apps.partners.transport import Limits, NoAnswer, NotSent, Transport

LIMITS = Limits(connect_s=0.5, total_s=0.5, most_bytes=1_000)
CONTENT = b"amount=1"
WAIT = b"wait"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRequest-Id: req_1\r\n\r\nok"


@pytest.fixture
def partner() -> Iterator[Callable[[bytes], str]]:
    """Return a function that serves one connection: it reads a request, sends these bytes and closes."""
    listeners: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def serve(answer: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def run() -> None:
            connection, _ = listener.accept()
            with connection:
                request = part = connection.recv(65_536)
                # A socket closed with unread bytes resets the connection instead of ending it.
                while part and not request.endswith(CONTENT):
                    part = connection.recv(65_536)
                    request += part
                while answer == WAIT and connection.recv(65_536):
                    pass
                if answer != WAIT:
                    connection.sendall(answer)

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/v1/things"

    yield serve
    for thread in threads:
        thread.join()
    for listener in listeners:
        listener.close()


def send(url: str, limits: Limits = LIMITS):
    transport = Transport(limits)
    try:
        return transport.send("POST", url, headers={"Idempotency-Key": "k"}, content=CONTENT)
    finally:
        transport.close()


def test_a_whole_answer_is_returned(partner):
    answer = send(partner(OK))

    assert (answer.status, answer.body, answer.headers["request-id"]) == (200, b"ok", "req_1")


@pytest.mark.parametrize("status", [b"302 Found\r\nLocation: http://127.0.0.1:1/", b"500 Oops"])
def test_no_answer_is_followed_or_repeated(partner, status):
    answer = send(partner(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n"))

    assert (answer.status, answer.body) == (int(status[:3]), b"")


def test_nothing_was_sent_where_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(NotSent, match="connection_connecterror"):
        send(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (b"", "connection_remoteprotocolerror"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf", "connection_remoteprotocolerror"),
        (b"not http at all\r\n\r\n", "connection_remoteprotocolerror"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2_000, "answer_too_large"),
    ],
)
def test_a_broken_answer_is_no_answer(partner, answer, word):
    with pytest.raises(NoAnswer, match=word):
        send(partner(answer))


@pytest.mark.slow
def test_silence_ends_at_the_limit(partner):
    with pytest.raises(NoAnswer, match="timeout"):
        send(partner(WAIT))
