"""The socket of customers, over the wire."""

import json
import uuid

import pytest

from apps.core import ids
from apps.helpdesk.models import Message
from apps.helpdesk.selectors import rooms
from apps.helpdesk.services import chats


@pytest.fixture
def chat(ada, now):
    return chats.request(body="Where is my money?", client_msg_id=ids.new(), by=ada.by, at=now)


@pytest.fixture
def room(chat):
    return rooms.of(chat.ref).ref


def test_hello_is_welcomed(ada):
    socket = ada.connect()

    welcome = socket.ask("hello", {"ticket": ada.ticket()})

    assert (welcome["t"], welcome["d"]["heartbeat_s"]) == ("welcome", 25)
    assert socket.ask("ping", {"n": 7}) == {"v": 1, "t": "pong", "d": {"n": 7, "heads": []}}


def test_a_message_is_acknowledged_and_told_to_all_windows(ada, room):
    first, second = ada.open(), ada.open()
    for socket in (first, second):
        assert socket.ask("sub", room=room)["d"]["last_seq"] == 1

    ack = first.say(room, "Hello?")

    assert (ack["t"], ack["d"]["seq"], ack["d"]["duplicate"]) == ("msg.ack", 2, False)
    for socket in (first, second):
        told = socket.frame("msg.new")
        assert (told["seq"], told["d"]["body"], told["d"]["author"]["name"]) == (2, "Hello?", "Ada Okonkwo")


def test_a_repeated_message_is_answered_with_its_first_number(ada, room):
    socket, key = ada.open(), str(uuid.uuid4())
    socket.ask("sub", room=room)

    acks = [socket.say(room, "Once", key) for _ in range(2)]

    assert [(ack["d"]["seq"], ack["d"]["duplicate"]) for ack in acks] == [(2, False), (2, True)]
    other = socket.say(room, "Twice", key)
    assert (other["t"], other["d"]["code"]) == ("msg.nack", "duplicate_conflict")
    assert Message.objects.filter(room_id=ids.decode("rom", room)).count() == 2


def test_a_cut_connection_resumes_without_loss(ada, chat, room, now):
    socket = ada.open()
    socket.ask("sub", room=room)
    socket.say(room, "Before")
    socket.connection.close()
    for body in ("While", "away"):
        chats.send(chat.pk, body=body, client_msg_id=ids.new(), by=ada.by, at=now)

    again = ada.open(resume=[{"room": room, "last_seq": 2}])

    assert again.frame("sub.ok")["d"]["last_seq"] == 4
    batch = again.frame("resume.batch")["d"]
    assert (batch["from"], batch["to"], batch["more"]) == (3, 4, False)
    assert [(item["seq"], item["d"]["body"]) for item in batch["items"]] == [(3, "While"), (4, "away")]
    assert again.say(room, "Back")["d"]["seq"] == 5
    assert [frame["seq"] for frame in again.rest() if frame["t"] == "msg.new"] == [5]


def test_what_others_write_over_http_is_pushed(ada, chat, room, now):
    socket = ada.open()
    socket.ask("sub", room=room)

    chats.send(chat.pk, body="From elsewhere", client_msg_id=ids.new(), by=ada.by, at=now)

    assert socket.frame("msg.new")["d"]["body"] == "From elsewhere"


def test_the_room_of_another_is_as_none(ada, bob, room):
    socket = bob.open()

    answers = [socket.ask("sub", room=name) for name in (room, ids.encode("rom", ids.new()), "rom_x", "")]

    assert [answer["d"]["code"] for answer in answers] == ["room_not_found"] * 4
    assert socket.say(room, "Hi")["d"]["code"] == "room_not_found"


def test_the_end_is_told(ada, room):
    socket = ada.open()
    socket.ask("sub", room=room)

    socket.send("chat.end", room=room)

    state = socket.frame("chat.state")
    assert (state["seq"], state["d"]) == (2, {"state": "abandoned", "reason": "customer", "agent": None})
    assert socket.say(room, "Hi")["d"]["code"] == "room_closed"


def test_marks_and_typing_reach_the_other_window(ada, room):
    first, second = ada.open(), ada.open()
    for socket in (first, second):
        socket.ask("sub", room=room)

    first.send("receipt", {"read_seq": 1}, room=room)
    first.send("typing", {"on": True}, room=room)

    assert [frame["t"] for frame in second.rest()] == []
    assert json.loads(json.dumps(first.ask("ping", {"n": 1}, "pong")["d"]["heads"])) == [{"room": room, "last_seq": 1}]


def test_who_waits_is_told_the_place_when_it_changes(ada, bob, nadia, chat, now):
    other = chats.request(body="Me too", client_msg_id=ids.new(), by=bob.by, at=now)
    socket = bob.open()
    socket.ask("sub", room=rooms.of(other.ref).ref)
    first = socket.ask("queue.watch", {"on": True}, "queue.pos")["d"]

    chats.end(chat.pk, by=ada.by, at=now)
    second = socket.frame("queue.pos")["d"]
    chats.accept(other.pk, by=nadia.by, at=now)

    assert second == {"position": first["position"] - 1, "eta_s": None}
    assert socket.frame("chat.state")["d"]["state"] == "active"
    assert socket.ask("queue.watch", {"on": True}, "queue.pos")["d"] == {"position": None, "eta_s": None}


def test_who_no_longer_watches_is_told_no_place(ada, bob, chat, now):
    chats.request(body="Me too", client_msg_id=ids.new(), by=bob.by, at=now)
    socket = bob.open()
    socket.ask("queue.watch", {"on": True}, "queue.pos")
    socket.send("queue.watch", {"on": False})

    chats.end(chat.pk, by=ada.by, at=now)

    assert socket.rest() == []
    assert socket.ask("queue.watch", {"on": "yes"})["d"]["code"] == "bad_field"
