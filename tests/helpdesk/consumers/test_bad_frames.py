"""What clients must not send: an error frame or a close code of the protocol, never 1011, and nothing is written."""

import json
import uuid

import pytest
from websockets.exceptions import InvalidStatus

from apps.core import ids, store
from apps.core.live import tickets
from apps.helpdesk.models import Message
from apps.helpdesk.selectors import rooms
from apps.helpdesk.services import chats
from tests.support.people import Person
from tests.support.written import nothing_written


@pytest.fixture
def room(ada: Person, now) -> str:
    return rooms.of(chats.request(body="Hello", client_msg_id=ids.new(), by=ada.by, at=now).ref).ref


def said(room: str) -> int:
    return Message.objects.filter(room_id=ids.decode("rom", room)).count()


def test_a_frame_of_100_kb_ends_the_connection(ada, room):
    socket = ada.open()
    socket.ask("sub", room=room)

    with nothing_written():
        socket.send("msg.send", {"client_msg_id": str(uuid.uuid4()), "body": "x" * 100_000}, room=room)

        assert socket.ended() == 1009


@pytest.mark.parametrize("which", ["of another", "of nobody", "none", "of staff"])
@pytest.mark.parametrize(
    ("kind", "d"),
    [
        ("sub", {}),
        ("msg.send", {"client_msg_id": str(uuid.uuid4()), "body": "Hello"}),
        ("resume", {"last_seq": 0}),
        ("receipt", {"read_seq": 1}),
        ("typing", {"on": True}),
        ("chat.end", {}),
    ],
)
def test_a_frame_for_a_foreign_room_is_answered_as_one_for_none(ada, bob, room, kind, d, which):
    socket = bob.open()
    notes = rooms.of(rooms.by_id(ids.decode("rom", room)).owner, audience="staff").ref
    named = {"of another": room, "of nobody": ids.encode("rom", ids.new()), "none": "", "of staff": notes}[which]

    with nothing_written():
        answer = socket.ask(kind, d, room=named, id="f1")

    assert answer["d"] == {"code": "room_not_found", "detail": "", "ref_id": "f1"}


def test_a_repeated_message_id_is_written_once(ada, room):
    socket, key = ada.open(), str(uuid.uuid4())
    socket.ask("sub", room=room)
    first = socket.say(room, "Once", key)
    socket.rest()

    with nothing_written():
        again, other = socket.say(room, "Once", key), socket.say(room, "Twice", key)

    assert (again["t"], again["d"]["seq"], again["d"]["duplicate"]) == ("msg.ack", first["d"]["seq"], True)
    assert (other["t"], other["d"]["code"]) == ("msg.nack", "duplicate_conflict")
    assert socket.rest() == []


def test_a_frame_of_200_kb_is_not_even_read(ada):
    socket = ada.open()

    socket.raw("x" * 200_000)

    assert socket.ended() in (1006, 1009)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        b"\x00\x01",
        '{"v": 1, "t": "ping", "d": {"n": NaN}}',
        '{"v": 1, "t": "ping", "t": "ping"}',
        '{"v": 1, "t": "ping", "d": ' + "[" * 10_000 + "]" * 10_000 + "}",
        '{"v": 1, "t": "ping", "d": {"n": "\\ud800"}}',
        "\ufeff" + '{"v": 1, "t": "ping"}',
    ],
)
def test_what_is_no_json_is_answered(ada, raw):
    socket = ada.open()

    socket.raw(raw)

    assert socket.frame()["d"]["code"] == "bad_json"
    assert socket.ask("ping", {"n": 1})["t"] == "pong"


@pytest.mark.parametrize("kind", ["nonsense", "msg.drop", "__call__", "_read", "welcome", "ping\u0000", "on.ping"])
def test_an_unknown_type_is_answered_and_the_connection_stays(ada, kind):
    socket = ada.open()

    error = socket.ask(kind, {}, id="f1")

    assert (error["t"], error["d"]["code"], error["d"]["ref_id"]) == ("error", "bad_type", "f1")
    assert socket.ask("ping", {"n": 1})["t"] == "pong"


@pytest.mark.parametrize(
    ("kind", "d"),
    [
        ("msg.send", {}),
        ("msg.send", {"client_msg_id": "1", "body": "x"}),
        ("msg.send", {"client_msg_id": str(uuid.uuid4()), "body": 5}),
        ("msg.send", {"client_msg_id": str(uuid.uuid4()), "body": ""}),
        ("resume", {"last_seq": -1}),
        ("resume", {"last_seq": 99}),
        ("resume", {"last_seq": True}),
        ("resume", {"last_seq": 10**30}),
        ("receipt", {"read_seq": "1"}),
        ("typing", {"on": "yes"}),
    ],
)
def test_a_wrong_field_is_named(ada, room, kind, d):
    socket = ada.open()
    socket.ask("sub", room=room)

    assert socket.ask(kind, d, room=room)["d"]["code"] == "bad_field"
    assert said(room) == 1


def test_a_text_that_is_too_long_is_refused(ada, room):
    socket = ada.open()
    socket.ask("sub", room=room)

    assert socket.say(room, "x" * 8_001)["d"]["code"] == "too_large"
    assert socket.say(room, "a\x00b")["d"]["code"] == "text_unusable"
    assert said(room) == 1


def test_sender_number_and_time_of_a_client_are_ignored(ada, room, now):
    socket = ada.open()
    socket.ask("sub", room=room)
    d = {"client_msg_id": str(uuid.uuid4()), "body": "Hi", "author": {"kind": "agent"}, "is_staff": True}

    ack = socket.ask("msg.send", d, "msg.ack", room=room, seq=99, ts="2099-01-01T00:00:00Z", sender_type="agent")

    assert ack["d"]["seq"] == 2
    assert Message.objects.get(room_id=ids.decode("rom", room), seq=2).author_kind == "customer"


def test_five_bad_frames_end_the_connection(ada):
    socket = ada.open()
    for _ in range(5):
        socket.raw("{")

    assert socket.ended() == 4400


def test_looking_for_rooms_ends_the_connection(ada):
    socket = ada.open()
    for _ in range(21):
        socket.send("sub", room=ids.encode("rom", ids.new()))
        socket.frame("error")

    assert socket.ended() == 4400


def test_a_flood_ends_the_connection(ada):
    socket = ada.open()
    for _ in range(150):
        socket.send("ping", {"n": 1})

    assert socket.ended() == 4429


def test_more_than_ten_messages_in_ten_seconds_are_refused(ada, room):
    socket = ada.open()
    socket.ask("sub", room=room)

    answers = [socket.say(room, f"{n}") for n in range(11)]

    assert [answer["t"] for answer in answers] == ["msg.ack"] * 10 + ["error"]
    assert answers[-1]["d"]["retry_after_ms"] > 0
    assert said(room) == 11


@pytest.mark.slow
def test_who_says_no_hello_is_let_go(ada):
    assert ada.connect().ended() == 4408


@pytest.mark.slow
def test_who_falls_silent_is_let_go(ada):
    assert ada.open().ended(within_s=9) == 4408


def test_nothing_is_answered_before_hello(ada, room):
    socket = ada.connect()

    assert socket.ask("sub", room=room)["d"]["code"] == "unauthenticated"


@pytest.mark.parametrize("which", ["used", "wrong", "other", "old"])
def test_a_ticket_opens_one_connection_of_its_purpose(ada, which):
    ticket = ada.ticket()
    if which == "used":
        ada.connect().ask("hello", {"ticket": ticket})
    if which == "other":
        ticket = tickets.issue(purpose="agent", session=ada.session)
    if which == "old":
        store.client().delete(tickets._place(ticket))
    socket = ada.connect()

    socket.send("hello", {"ticket": "x" * 43 if which == "wrong" else ticket})

    assert socket.ended() == 4401


def test_a_ticket_of_a_session_that_has_ended_opens_nothing(ada):
    ticket = ada.ticket()
    ada.sign_out()
    socket = ada.connect()

    socket.send("hello", {"ticket": ticket})

    assert socket.ended() == 4401


@pytest.mark.slow
def test_who_signs_out_is_let_go(ada):
    socket = ada.open()
    ada.sign_out()

    assert socket.ended() == 4401


def test_a_page_of_another_site_is_refused_at_the_door(ada):
    with pytest.raises(InvalidStatus) as refused:
        ada.connect(origin="https://evil.example")

    assert refused.value.response.status_code == 403


def test_a_page_of_this_site_and_an_app_are_let_in(ada):
    for origin in ("http://127.0.0.1", None):
        assert ada.connect(origin=origin).ask("hello", {"ticket": ada.ticket()})["t"] == "welcome"


@pytest.mark.parametrize("protocol", [None, "strongroom.v2"])
def test_another_protocol_is_refused(ada, protocol):
    socket = ada.connect(protocol=protocol)

    assert socket.frame()["d"]["code"] == "version_unsupported"
    assert socket.ended() == 4400


def test_another_version_of_frames_is_refused(ada):
    socket = ada.open()

    socket.raw(json.dumps({"v": 2, "t": "ping"}))

    assert socket.ended() == 4400


def test_a_sixth_window_closes_the_first(ada):
    sockets = [ada.open() for _ in range(6)]

    assert sockets[0].ended() == 4409
    assert sockets[5].ask("ping", {"n": 1})["t"] == "pong"


@pytest.mark.parametrize("path", ["/ws/", "/ws/nothing/", "/", "/ws/support"])
def test_an_unknown_address_is_refused(live, committed_db, path):
    with pytest.raises(InvalidStatus):
        live.open(path)
    assert live.http(path) == 404
