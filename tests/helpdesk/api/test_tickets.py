"""Tickets over HTTP, from both sides."""

import pytest

from apps.core import ids
from apps.core.models import AuditEvent
from tests.factories import helpdesk as make
from tests.helpdesk.api.conftest import HELLO, caller
from tests.support.callers import Caller
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db

NEW = {"subject": "Card lost", **HELLO}


def opened(customer: Caller) -> dict:
    answer = customer.post("tickets", NEW)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_customer_opens_a_ticket(customer):
    answer = customer.post("tickets", NEW)

    body = answer.json()
    assert answer["Location"] == f"/api/v1/tickets/{body['id']}"
    assert (answer["ETag"], body["subject"], body["status"], body["assignee"]) == ('"v1"', "Card lost", "new", None)
    assert body["number"].startswith("T-")
    assert customer.get("tickets").json()["results"] == [body]


def test_opening_again_with_the_same_key_is_the_same_ticket(customer):
    first = customer.post("tickets", NEW, Idempotency_Key="k")

    assert customer.post("tickets", NEW, Idempotency_Key="k").json() == first.json()
    assert customer.post("tickets", {**NEW, "subject": "x"}, Idempotency_Key="k").json()["code"] == (
        "idempotency_key_reused"
    )


def test_a_whole_ticket(customer, agent, nadia):
    ticket = opened(customer)
    way = f"tickets/{ticket['id']}"

    answered = agent.post(
        f"staff/helpdesk/{way}/messages", {**HELLO, "body": "Sent", "then": {"status": "pending_customer"}}
    )
    asked = customer.post(f"{way}/messages", {"body": "Not here", "client_msg_id": str(ids.new())})
    seen = agent.get(f"staff/helpdesk/{way}")
    solved = agent.post(f"staff/helpdesk/{way}/status", {"status": "resolved"}, If_Match=seen["ETag"])
    closed = customer.post(f"{way}/close")

    assert (answered.status_code, asked.status_code) == (201, 201)
    assert (seen.json()["status"], seen.json()["customer"]["name"]) == ("open", "Ada Okonkwo")
    assert (solved.json()["status"], closed.json()["status"]) == ("resolved", "closed")
    assert [entry["kind"] for entry in customer.get(f"{way}/messages").json()["entries"]] == [
        *("message", "participant", "message", "state", "message", "state", "state", "state"),
    ]


def test_changes_of_staff_name_the_version_they_saw(customer, agent, nadia):
    way = f"staff/helpdesk/tickets/{opened(customer)['id']}"

    with nothing_written():
        bare = agent.post(f"{way}/status", {"status": "open"})
        stale = agent.post(f"{way}/assign", {"assignee": nadia.id}, If_Match='"v9"')

    assert [(bare.status_code, bare.json()["code"]), (stale.status_code, stale.json()["code"])] == [
        (428, "if_match_required"),
        (412, "version_conflict"),
    ]
    given = agent.post(f"{way}/assign", {"assignee": nadia.id}, If_Match='"v1"')
    assert (given.status_code, given["ETag"]) == (200, '"v2"')
    assert agent.post(f"{way}/assign", {"assignee": None}, If_Match='"v2"').json()["assignee"] is None


def test_lists_of_staff_are_filtered(customer, agent, nadia):
    ticket = opened(customer)

    def found(query: str) -> list[str]:
        return [row["id"] for row in agent.get(f"staff/helpdesk/tickets?{query}").json()["results"]]

    assert [found("assignee=nobody"), found("assignee=me"), found("status=new"), found("status=open")] == [
        [ticket["id"]],
        [],
        [ticket["id"]],
        [],
    ]
    assert agent.get("staff/helpdesk/tickets?status=nonsense").status_code == 422


def test_the_next_ticket_is_taken_until_none_is_left(customer, agent):
    ticket = opened(customer)

    answers = [agent.post("staff/helpdesk/tickets/next") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 204]
    assert (answers[0].json()["id"], answers[0].json()["assignee"]["name"]) == (ticket["id"], "Nadia")


def test_opening_a_ticket_is_written_down(customer, agent, nadia):
    ticket = opened(customer)

    agent.get(f"staff/helpdesk/tickets/{ticket['id']}")

    assert AuditEvent.objects.get(action="helpdesk.ticket.read").actor_id == nadia.id


@pytest.mark.parametrize("way", ["", "/messages", "/read", "/close"])
def test_the_ticket_of_another_is_as_none(customer, stranger, way):
    ticket = opened(customer)
    method, body = ("GET", None) if not way else ("POST", HELLO if way == "/messages" else {"read_seq": 1})

    with nothing_written():
        found = stranger.send(method, f"tickets/{ticket['id']}{way}", body)
        random = stranger.send(method, f"tickets/{ids.encode('tkt', ids.new())}{way}", body)

    assert (found.status_code, random.status_code) == (404, 404)
    assert {**found.json(), "request_id": ""} == {**random.json(), "request_id": ""}


def test_an_auditor_reads_and_does_not_answer(customer, unit, nadia):
    ticket = opened(customer)
    with unit():
        auditor = caller(make.agent(role="auditor"))
    way = f"staff/helpdesk/tickets/{ticket['id']}"

    with nothing_written(AuditEvent._meta.db_table):
        answers = [auditor.get(way), auditor.post(f"{way}/messages", HELLO), auditor.post(f"{way}/notes", HELLO)]

    assert [answer.status_code for answer in answers] == [200, 403, 403]


def test_nobody_is_asked_to_sign_in(ticket):
    nobody = Caller()

    answers = [nobody.get("tickets"), nobody.get("staff/helpdesk/tickets"), nobody.get(f"tickets/{ticket.ref}")]

    assert [answer.status_code for answer in answers] == [401, 401, 401]


@pytest.mark.parametrize(("way", "queries"), [("tickets", 7), ("staff/helpdesk/tickets", 6)])
def test_lists_ask_as_much_for_three_as_for_one(unit, ada, customer, agent, way, queries, django_assert_num_queries):
    asking = customer if way == "tickets" else agent
    asking.get(way)
    for count in (1, 3):
        with unit():
            for _ in range(2 if count == 3 else 1):
                make.ticket(ada)
        with django_assert_num_queries(queries):
            page = asking.get(way).json()
        assert len(page["results"]) == count
