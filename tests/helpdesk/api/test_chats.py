"""Chats over HTTP, from both sides."""

import pytest

from apps.core import ids
from apps.core.models import AuditEvent, IdempotencyKey
from apps.helpdesk.services import chats
from tests.factories import helpdesk as make
from tests.helpdesk.api.conftest import HELLO
from tests.support.callers import Caller
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def opened(customer: Caller) -> dict:
    answer = customer.post("chats", HELLO)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_customer_asks_for_a_chat(customer):
    answer = customer.post("chats", HELLO)

    body = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, f"/api/v1/chats/{body['id']}")
    assert {name: body[name] for name in ("status", "agent", "position", "last_seq", "end_reason")} == {
        "status": "queued",
        "agent": None,
        "position": 1,
        "last_seq": 1,
        "end_reason": None,
    }
    assert customer.get(f"chats/{body['id']}").json() == body


def test_asking_again_with_the_same_key_is_the_same_chat(customer):
    first = customer.post("chats", HELLO, Idempotency_Key="k")
    again = customer.post("chats", HELLO, Idempotency_Key="k")

    assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")


def test_asking_needs_a_key(customer):
    with nothing_written():
        answer = customer.send("POST", "chats", HELLO)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")


def test_a_second_chat_is_refused_and_the_first_one_named(customer):
    first = opened(customer)

    with nothing_written():
        answer = customer.post("chats", {**HELLO, "client_msg_id": str(ids.new())})

    assert (answer.status_code, answer.json()["code"]) == (409, "chat_open")
    assert customer.get("chats/availability").json() == {"state": "reconnect", "chat": first["id"], "waiting": 1}


def test_nobody_is_there_while_no_desk_is_connected(customer, agent):
    agent.send("PUT", "staff/helpdesk/status", {"status": "online"})

    assert customer.get("chats/availability").json() == {"state": "offline", "chat": None, "waiting": 0}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({**HELLO, "seq": 7}, "unknown_field"),
        ({**HELLO, "body": 5}, "invalid"),
        ({**HELLO, "body": "x" * 8_001}, "max_length"),
        ({**HELLO, "body": "   "}, "blank"),
        ({**HELLO, "client_msg_id": "1"}, "invalid"),
        ({**HELLO, "client_msg_id": 5}, "invalid"),
    ],
)
def test_a_body_that_is_none_is_refused(customer, body, code):
    with nothing_written():
        answer = customer.post("chats", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == code


def test_a_whole_conversation(customer, agent):
    chat = opened(customer)
    way = f"chats/{chat['id']}"

    assert agent.get("staff/helpdesk/queue").json()["chats"][0]["id"] == chat["id"]
    taken = agent.post(f"staff/helpdesk/{way}/accept").json()
    answered = agent.post(f"staff/helpdesk/{way}/messages", {**HELLO, "body": "Hi Ada"})
    sent = customer.post(f"{way}/messages", {**HELLO, "client_msg_id": str(ids.new()), "body": "Thanks"})
    ended = agent.post(f"staff/helpdesk/{way}/end").json()

    assert (taken["status"], taken["customer"]["name"]) == ("active", "Ada Okonkwo")
    assert (answered.status_code, answered.json()["seq"], sent.json()["seq"]) == (201, 4, 5)
    assert (ended["status"], ended["end_reason"]) == ("ended", "agent")
    page = customer.get(f"{way}/messages?after_seq=1").json()
    shown = [
        (entry["seq"], entry["kind"], (entry["message"] or {}).get("body"), entry["change"]["status"])
        for entry in page["entries"]
    ]
    assert shown == [
        (2, "participant", None, None),
        (3, "state", None, "active"),
        (4, "message", "Hi Ada", None),
        (5, "message", "Thanks", None),
        (6, "state", None, "ended"),
    ]
    assert page["entries"][2]["message"]["author"]["name"] == "Nadia"
    assert (page["last_seq"], page["has_more"]) == (6, False)


def test_a_message_sent_again_is_answered_with_its_first_number(customer):
    chat = opened(customer)
    body = {"body": "Once", "client_msg_id": str(ids.new())}
    first = customer.post(f"chats/{chat['id']}/messages", body)

    with nothing_written(IdempotencyKey._meta.db_table):
        again = customer.post(f"chats/{chat['id']}/messages", body)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {**first.json(), "is_duplicate": True}


def test_a_used_id_with_another_text_is_refused(customer):
    chat = opened(customer)

    with nothing_written():
        answer = customer.post(f"chats/{chat['id']}/messages", {**HELLO, "body": "Other"})

    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_conflict")


@pytest.mark.parametrize("way", ["", "/messages", "/receipts", "/end"])
def test_the_chat_of_another_is_as_none(customer, stranger, way):
    chat = opened(customer)
    method, body = ("GET", None) if not way else ("POST", HELLO if way == "/messages" else {"read_seq": 1})

    with nothing_written():
        found = stranger.send(method, f"chats/{chat['id']}{way}", body)
        random = stranger.send(method, f"chats/{ids.encode('cht', ids.new())}{way}", body)

    assert (found.status_code, random.status_code) == (404, 404)
    assert {**found.json(), "request_id": ""} == {**random.json(), "request_id": ""}


def test_an_agent_cannot_speak_in_the_chat_of_a_colleague(customer, agent, colleague):
    chat = opened(customer)
    agent.post(f"staff/helpdesk/chats/{chat['id']}/accept")

    with nothing_written():
        said = colleague.post(f"staff/helpdesk/chats/{chat['id']}/messages", HELLO)
        taken = colleague.post(f"staff/helpdesk/chats/{chat['id']}/accept")
        ended = colleague.post(f"staff/helpdesk/chats/{chat['id']}/end")

    codes = [answer.json()["code"] for answer in (said, taken, ended)]
    assert codes == ["not_participant", "already_accepted", "not_participant"]


def test_marks_rise_and_never_fall(customer):
    way = f"chats/{opened(customer)['id']}/receipts"
    customer.post(f"{way.removesuffix('/receipts')}/messages", {**HELLO, "client_msg_id": str(ids.new())})

    assert customer.post(way, {"delivered_seq": 2, "read_seq": 1}).json() == {"delivered_seq": 2, "read_seq": 2}
    assert customer.post(way, {"delivered_seq": 0, "read_seq": 0}).json() == {"delivered_seq": 2, "read_seq": 2}
    with nothing_written():
        assert customer.post(way, {"read_seq": 3}).json()["code"] == "sequence_unknown"


@pytest.mark.parametrize("after", ["-1", "x", "1.0", "99", str(2**63)])
def test_a_number_that_is_none_is_refused(customer, after):
    answer = customer.get(f"chats/{opened(customer)['id']}/messages?after_seq={after}")

    assert answer.status_code == 422


def test_notes_are_for_staff_alone(customer, agent):
    chat = opened(customer)

    sent = agent.post(f"staff/helpdesk/chats/{chat['id']}/notes", HELLO)

    assert sent.status_code == 201
    assert agent.get(f"staff/helpdesk/chats/{chat['id']}/notes").json()["last_seq"] == 1
    assert customer.get(f"chats/{chat['id']}/messages").json()["last_seq"] == 1


def test_the_next_chat_is_taken_until_none_is_left(customer, agent):
    chat = opened(customer)

    answers = [agent.post("staff/helpdesk/queue/next") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 204]
    assert answers[0].json()["id"] == chat["id"]


def test_customers_do_not_see_the_desk(customer):
    with nothing_written(AuditEvent._meta.db_table):
        answers = [customer.get("staff/helpdesk/queue"), customer.post("staff/helpdesk/queue/next")]

    assert [answer.status_code for answer in answers] == [403, 403]


def test_lists_of_chats_ask_as_much_for_three_as_for_one(unit, agent, nadia, django_assert_num_queries):
    agent.get("staff/helpdesk/chats?agent=me")
    for count in (1, 3):
        with unit():
            rows = [make.chat_session() for _ in range(2 if count == 3 else 1)]
        for row in rows:
            chats.accept(row.pk, by=nadia, at=row.created_at)
        with django_assert_num_queries(5):
            page = agent.get("staff/helpdesk/chats?agent=me").json()
        assert len(page["results"]) == count
