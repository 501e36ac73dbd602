"""The journey's socket: what the server could not do just now is sent again, under the same id."""

import json
import threading
from collections.abc import Iterator

import pytest
from websockets.sync.server import ServerConnection, serve

from tools.journey.client import JourneyError
from tools.journey.line import Line

HELLO = {"t": "welcome", "d": {}}


class Room:
    """A server that answers messages with the given frames, one after the other."""

    def __init__(self, *answers: dict[str, object]) -> None:
        self.answers = list(answers)
        self.sent: list[str] = []
        self.connections = 0
        self._server = serve(self._talk, "127.0.0.1", 0)
        self.url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()

    def _talk(self, connection: ServerConnection) -> None:
        self.connections += 1
        for text in connection:
            frame = json.loads(text)
            if frame["t"] == "hello":
                connection.send(json.dumps(HELLO))
            else:
                self.sent.append(frame["d"]["client_msg_id"])
                connection.send(json.dumps(self.answers.pop(0)))


@pytest.fixture
def room() -> Iterator[Room]:
    found = Room({"t": "msg.nack", "d": {"code": "internal"}}, {"t": "msg.ack", "d": {"seq": 7}})
    yield found
    found.close()


def test_message_that_failed_inside_the_server_is_sent_again_under_the_same_id(room: Room) -> None:
    line = Line(lambda: {"url": room.url, "ticket": "t"})

    number = line.say("Hello", "one-id")

    assert number == 7
    assert room.sent == ["one-id", "one-id"]
    assert room.connections == 2
    line.close()


def test_message_that_was_refused_is_not_sent_again(room: Room) -> None:
    room.answers = [{"t": "msg.nack", "d": {"code": "room_closed"}}]
    line = Line(lambda: {"url": room.url, "ticket": "t"})

    with pytest.raises(JourneyError, match="room_closed"):
        line.say("Hello", "one-id")

    assert room.sent == ["one-id"]
    line.close()
