"""Nothing is lost, doubled or reordered, whatever happens to connections and hints."""

import random
import threading
import time
from datetime import datetime

import pytest
from channels.layers import channel_layers
from django.db import connection

from apps.core import clock, db, ids
from apps.helpdesk.enums import EntryKind
from apps.helpdesk.errors import MessageConflict
from apps.helpdesk.models import ChatSession
from apps.helpdesk.selectors import rooms
from apps.helpdesk.services import chats
from apps.helpdesk.services import rooms as writes
from tests.support import database
from tests.support.live import PROTOCOL, Live, Socket
from tests.support.people import Person
from tools.journey.line import Line

WORDS = 40
CUTS = 12
MANY = 120


@pytest.fixture
def chat(ada: Person, now) -> ChatSession:
    return chats.request(body="0", client_msg_id=ids.new(), by=ada.by, at=now)


def line_of(person: Person) -> Line:
    url = f"{person.live.url}/ws/{person.purpose}/"
    return Line(lambda: {"ticket": person.ticket(), "url": url})


def write(chat: ChatSession, person: Person) -> None:
    try:
        for number in range(1, WORDS + 1):
            chats.send(chat.pk, body=str(number), client_msg_id=ids.new(), by=person.by, at=clock.now())
    finally:
        connection.close()


@pytest.mark.slow
def test_many_cuts_lose_and_double_nothing(ada, chat):
    line, dice = line_of(ada), random.Random(7)
    line.enter(rooms.of(chat.ref).ref)
    writer = threading.Thread(target=write, args=(chat, ada))
    writer.start()

    for _ in range(CUTS):
        time.sleep(dice.uniform(0, 0.05))
        line.cut()
        line.beat()
    writer.join()
    line.wait_for(str(WORDS))

    stored = rooms.page(rooms.of(chat.ref), after_seq=0).entries
    assert [line.entries[entry.seq]["d"]["body"] for entry in stored] == [str(number) for number in range(WORDS + 1)]
    assert (line.applied, line.doubled, len(line.entries)) == (WORDS + 1, 0, WORDS + 1)
    line.close()


@pytest.mark.slow
def test_a_lost_hint_is_made_good_by_the_sweep(ada, chat, settings):
    socket = ada.open()
    socket.ask("sub", room=rooms.of(chat.ref).ref)
    settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = "nowhere"
    channel_layers.backends = {}

    try:
        chats.send(chat.pk, body="Silent", client_msg_id=ids.new(), by=ada.by, at=clock.now())
    finally:
        settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = "sockets"
        channel_layers.backends = {}

    assert socket.frame("msg.new")["d"]["body"] == "Silent"


@pytest.mark.slow
def test_what_hints_and_sweeps_tell_at_once_is_told_once(ada, chat, now):
    windows = [ada.open() for _ in range(5)]
    for socket in windows:
        socket.ask("sub", room=rooms.of(chat.ref).ref)

    for number in range(MANY):
        chats.send(chat.pk, body=str(number), client_msg_id=ids.new(), by=ada.by, at=now)
        windows[number % 5].send("ping", {"n": number})

    for socket in windows:
        socket.send("ping", {"n": MANY})
    for socket in windows:
        assert told_until(socket, n=MANY) == list(range(2, MANY + 2))


def told_until(socket: Socket, *, n: int) -> list[int]:
    """Return the numbers of messages that were told before the answer to a heartbeat."""
    told = []
    while (frame := socket.frame("msg.new", "pong"))["d"].get("n") != n:
        told += [frame["seq"]] if frame["t"] == "msg.new" else []
    return told


def said_twice(chat: ChatSession, person: Person, at: datetime) -> None:
    """Say two things under one id, in one unit."""
    key = ids.new()
    with db.unit(by=person.by, at=at, why="test"):
        for body in ("Never", "told"):
            chats.send(chat.pk, body=body, client_msg_id=key, by=person.by, at=at)


def test_what_is_rolled_back_is_never_told(ada, chat, now):
    socket = ada.open()
    socket.ask("sub", room=rooms.of(chat.ref).ref)

    with pytest.raises(MessageConflict):
        said_twice(chat, ada, now)

    assert socket.rest() == []
    assert rooms.of(chat.ref).last_seq == 1


def test_resume_gives_what_is_missing_and_nothing_else(ada, chat, now):
    for number in range(3):
        chats.send(chat.pk, body=str(number), client_msg_id=ids.new(), by=ada.by, at=now)
    socket, room = ada.open(), rooms.of(chat.ref).ref
    socket.ask("sub", room=room)

    batch = socket.ask("resume", {"last_seq": 1}, "resume.batch", room=room)["d"]

    assert (batch["from"], batch["to"], len(batch["items"]), batch["more"]) == (2, 4, 3, False)
    assert socket.ask("resume", {"last_seq": 4}, "resume.batch", room=room)["d"]["items"] == []


@pytest.mark.slow
def test_a_long_absence_is_made_good_page_by_page_and_a_very_long_one_by_reading_anew(ada, chat, now):
    key = rooms.of(chat.ref).pk
    with db.unit(by=ada.by, at=now, why="test"):
        for _ in range(1_001):
            writes.announce(key, kind=EntryKind.STATE, status="active")
    socket, room = ada.open(), rooms.of(chat.ref).ref
    socket.ask("sub", room=room)

    reset = socket.ask("resume", {"last_seq": 0}, "resume.reset", room=room)["d"]
    pages, seq, more = 0, 2, True
    while more:
        batch = socket.ask("resume", {"last_seq": seq}, "resume.batch", room=room)["d"]
        assert batch["from"] == seq + 1
        pages, seq, more = pages + 1, batch["to"], batch["more"]

    assert (reset["reason"], reset["last_seq"]) == ("gap_too_large", 1_002)
    assert (pages, seq) == (5, 1_002)


def test_the_protocol_is_named_in_the_handshake(ada):
    assert ada.connect().connection.subprotocol == PROTOCOL


@pytest.mark.slow
def test_a_stopping_server_says_when_to_come_back(ada, chat, committed_database, postgres, tmp_path):
    server = Live(database.environment(postgres, committed_database), tmp_path)
    server.wait_ready()
    ada.live = server
    socket = ada.open()

    server.process.terminate()

    assert 500 <= socket.frame("drain")["d"]["reconnect_in_ms"] <= 5_000
    assert socket.ended() == 1012
    assert server.process.wait(10) == 0
    assert "Traceback" not in server.log.read_text()
