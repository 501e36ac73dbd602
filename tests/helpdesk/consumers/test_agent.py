"""The desk of an agent, over the wire."""

from datetime import timedelta

import pytest
from websockets.exceptions import InvalidStatus

from apps.accounts.models import RoleGrant
from apps.core import actors, clock, db, ids
from apps.core.actors import Actor
from apps.helpdesk.models import ChatSession
from apps.helpdesk.selectors import agents as agent_reads
from apps.helpdesk.selectors import rooms
from apps.helpdesk.services import chats
from apps.workflow import selectors as work
from apps.workflow.models import WorkItem
from apps.workflow.services import leases
from tests.helpdesk.reads import lose_lease
from tests.support.people import Person


@pytest.fixture
def chat(ada: Person, now) -> ChatSession:
    return chats.request(body="Where is my money?", client_msg_id=ids.new(), by=ada.by, at=now)


@pytest.fixture
def room(chat: ChatSession) -> str:
    return rooms.of(chat.ref).ref


def sweeper() -> Actor:
    return actors.system("tests.sweeper")


def test_an_agent_takes_answers_and_ends_a_chat(ada, nadia, chat, room):
    customer, desk = ada.open(), nadia.open()
    customer.ask("sub", room=room)

    assert desk.ask("chat.accept", room=room)["t"] == "sub.ok"
    told = [customer.frame("participant", "chat.state") for _ in range(2)]
    assert [(frame["t"], frame["seq"]) for frame in told] == [("participant", 2), ("chat.state", 3)]
    assert told[1]["d"]["agent"]["name"] == "Nadia"

    history = desk.ask("resume", {"last_seq": 0}, "resume.batch", room=room)["d"]
    assert [item["t"] for item in history["items"]] == ["msg.new", "participant", "chat.state"]
    assert desk.say(room, "Let me look")["d"]["seq"] == 4
    answer = customer.frame("msg.new")
    assert (answer["d"]["body"], answer["d"]["author"]["kind"], answer["d"]["client_msg_id"]) == (
        *("Let me look", "agent", None),
    )

    customer.send("receipt", {"delivered_seq": 4, "read_seq": 4}, room=room)
    assert desk.frame("receipt")["d"]["read_seq"] == 4
    customer.send("typing", {"on": True}, room=room)
    assert desk.frame("typing")["d"]["on"] is True

    desk.send("chat.end", room=room)
    assert customer.frame("chat.state")["d"] == {"state": "ended", "reason": "agent", "agent": None}


def test_a_desk_is_told_of_the_queue(ada, nadia, now):
    desk = nadia.open()
    before = desk.ask("queue.watch", {"on": True}, "queue.stats")["d"]

    chats.request(body="Hello", client_msg_id=ids.new(), by=ada.by, at=now)

    assert desk.frame("queue.stats")["d"]["waiting"] == before["waiting"] + 1
    desk.send("queue.watch", {"on": False})


def test_what_a_colleague_has_cannot_be_taken(member, chat, room):
    first, second = member("Nadia Berger").open(), member("Omar Haddad").open()
    first.ask("chat.accept", {}, "sub.ok", room=room)

    assert second.ask("chat.accept", {}, "error", room=room)["d"]["code"] == "already_accepted"
    second.ask("sub", {}, "sub.ok", room=room)
    assert second.say(room, "Hi")["d"]["code"] == "not_participant"


def test_an_agent_who_is_connected_is_there(nadia):
    desk = nadia.open()

    answer = desk.ask("presence.set", {"status": "online"}, "presence")["d"]

    assert (answer["status"], agent_reads.takers()) == ("online", 1)
    assert desk.ask("presence.set", {"status": "asleep"}, "error")["d"]["code"] == "bad_field"
    desk.connection.close()
    assert not waits_until_gone(nadia)


def waits_until_gone(person: Person) -> bool:
    """Tell whether somebody still counts as connected a while after the end."""
    for _ in range(50):
        found = next(one for one in agent_reads.shown() if agent_reads.person(one.profile.user_id) == person.by.id)
        if not found.is_connected:
            return False
        person.connect().connection.close()
    return True


def test_a_heartbeat_keeps_the_chat(nadia, chat, room, now):
    desk = nadia.open()
    desk.ask("chat.accept", {}, "sub.ok", room=room)
    item = WorkItem.objects.get(subject_id=chat.ref)
    WorkItem.objects.filter(pk=item.pk).update(lease_until=work.DATABASE_TIME + timedelta(seconds=5))

    desk.ask("ping", {"n": 1}, "pong")

    item.refresh_from_db()
    assert item.lease_until > clock.now() + timedelta(seconds=60)


def test_a_lost_agent_gives_the_chat_back_and_the_customer_is_told(ada, nadia, chat, room, now):
    customer, desk = ada.open(), nadia.open()
    desk.ask("chat.accept", {}, "sub.ok", room=room)
    customer.ask("sub", {}, "sub.ok", room=room)
    desk.connection.close()
    lose_lease(chat)

    leases.sweep(by=sweeper(), at=now)
    chats.requeue(chat.pk, by=sweeper(), at=now)

    state = customer.frame("chat.state")
    assert (state["seq"], state["d"]["state"], state["d"]["agent"]["name"]) == (4, "queued", "Nadia")


@pytest.mark.parametrize(("role", "proved", "code"), [("support_agent", False, 4401), ("kyc_analyst", True, 4403)])
def test_staff_without_second_factor_or_right_do_not_come_in(member, role, proved, code):
    nobody = member(role=role, proved=proved)
    socket = nobody.connect()

    socket.send("hello", {"ticket": nobody.ticket()})

    assert socket.ended() == code


def test_a_customer_does_not_come_in_by_the_door_of_staff(ada):
    ada.purpose = "agent"
    socket = ada.connect()

    socket.send("hello", {"ticket": ada.ticket()})

    assert socket.ended() == 4401


def test_the_door_of_staff_wants_the_origin_of_a_page(nadia):
    for origin in (None, "https://evil.example"):
        with pytest.raises(InvalidStatus) as refused:
            nadia.connect(origin=origin)
        assert refused.value.response.status_code == 403


@pytest.mark.slow
def test_who_loses_the_role_is_let_go(nadia, now):
    desk = nadia.open()
    with db.unit(by=sweeper(), at=now, why="test"):
        (grant,) = RoleGrant.objects.filter(user_id=ids.decode("usr", nadia.by.id))
        grant.until = now
        grant.save()

    assert desk.ended() == 4401


def test_notes_never_reach_the_customer(ada, nadia, chat, room):
    customer, desk = ada.open(), nadia.open()
    customer.ask("sub", {}, "sub.ok", room=room)
    notes = rooms.of(chat.ref, audience="staff").ref
    desk.ask("sub", {}, "sub.ok", room=notes)

    assert desk.say(notes, "Careful with this one")["t"] == "msg.ack"

    assert desk.frame("msg.new")["d"]["body"] == "Careful with this one"
    assert customer.rest() == []
    assert customer.ask("sub", {}, "error", room=notes)["d"]["code"] == "room_not_found"
