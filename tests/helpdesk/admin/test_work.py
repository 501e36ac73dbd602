"""Tickets on pages: lists by who has them, answers and notes that are never mixed up, refusals that lose no word."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.models import AuditEvent
from apps.helpdesk.models import Message, Ticket
from tests.factories import helpdesk
from tests.support import staff
from tests.support.units import unit

pytestmark = pytest.mark.django_db

LIST = "/console/helpdesk/ticket/work/"


@pytest.fixture
def browser():
    return staff.signed_in("support_agent")


@pytest.fixture
def ticket():
    with unit():
        return helpdesk.ticket(subject="Card lost", body="It was red.")


def page_of(ticket, part=""):
    return f"/console/helpdesk/ticket/{ticket.ref}/work/{part}"


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def said(browser, ticket, part, body, **given):
    return browser.post(page_of(ticket, f"{part}/"), {"body": body, "client_msg_id": str(uuid4()), **given})


def test_the_page_shows_what_was_said_and_is_written_down(browser, ticket):
    body = browser.get(page_of(ticket)).content.decode()

    assert "Card lost" in body
    assert "It was red." in body
    assert AuditEvent.objects.filter(action="helpdesk.ticket.read").get().subject == ticket.ref


def test_answering_takes_the_ticket_and_moves_it(browser, ticket):
    answer = said(browser, ticket, "reply", "A new one is on its way.", then="pending_customer")

    row = fresh(ticket)
    assert answer.url == page_of(ticket)
    assert (row.status, bool(row.assignee)) == ("pending_customer", True)
    assert "sr-said-agent" in browser.get(page_of(ticket)).content.decode()


def test_a_note_stays_with_staff(browser, ticket):
    said(browser, ticket, "note", "Knows the branch manager.")

    body = browser.get(page_of(ticket)).content.decode()
    assert "Note, staff only" in body
    assert Message.objects.latest("id").room.audience == "staff"
    assert fresh(ticket).status == "new"


def test_the_same_form_sent_twice_says_it_once(browser, ticket):
    again = {"client_msg_id": str(uuid4())}

    said(browser, ticket, "reply", "Once.", **again)
    said(browser, ticket, "reply", "Once.", **again)

    assert Message.objects.filter(author_kind="agent").count() == 1


@pytest.mark.parametrize("part", ["reply", "note"])
def test_a_refused_text_is_kept(browser, ticket, part):
    answer = said(browser, ticket, part, "x" * 9_000)

    assert answer.status_code == 422
    assert "x" * 9_000 in answer.content.decode()
    assert Message.objects.count() == 1


def test_an_answer_to_a_closed_ticket_is_refused_and_kept(browser, ticket):
    browser.post(page_of(ticket, "status/"), {"status": "closed", "version": ticket.version})

    answer = said(browser, ticket, "reply", "Too late?")

    assert answer.status_code == 409
    assert "room_closed" in answer.content.decode()


def test_a_state_is_moved_from_the_version_that_was_seen(browser, ticket):
    stale = browser.post(page_of(ticket, "status/"), {"status": "resolved", "version": ticket.version + 7})
    moved = browser.post(page_of(ticket, "status/"), {"status": "resolved", "version": ticket.version})

    assert (stale.status_code, moved.status_code) == (412, 302)
    assert fresh(ticket).status == "resolved"


@pytest.mark.parametrize(("given", "status"), [({"status": "lost"}, 404), ({"status": "new"}, 409), ({}, 404)])
def test_a_state_that_cannot_be_is_refused(browser, ticket, given, status):
    assert browser.post(page_of(ticket, "status/"), {"version": ticket.version, **given}).status_code == status
    assert fresh(ticket).version == ticket.version


def test_giving_it_to_me_to_another_and_to_nobody(browser, ticket):
    with unit():
        other = helpdesk.agent_profile()
    login = f"{other.user.ref}"

    for wanted, holds in (("me", True), (login, True), ("", False)):
        browser.post(page_of(ticket, "assign/"), {"assignee": wanted, "version": fresh(ticket).version})
        assert bool(fresh(ticket).assignee) is holds

    assert browser.post(page_of(ticket, "assign/"), {"assignee": "usr_nobody"}).status_code in {412, 422}


def test_taking_the_next_leads_to_its_page(browser, ticket):
    answer = browser.post(f"{LIST}next/")

    assert answer.url == page_of(ticket)
    assert fresh(ticket).assignee
    assert "No ticket waits" in browser.post(f"{LIST}next/", follow=True).content.decode()


def test_the_lists_are_by_who_has_them(browser, ticket):
    with unit():
        other = helpdesk.ticket(subject="Another")
    browser.post(page_of(ticket, "assign/"), {"assignee": "me", "version": ticket.version})

    def subjects(of):
        return [row["subject"] for row in browser.get(LIST, {"of": of}).context["tickets"]]

    assert subjects("mine") == ["Card lost"]
    assert subjects("nobody") == ["Another"]
    assert subjects("all") == ["Another", "Card lost"]
    browser.post(page_of(other, "status/"), {"status": "closed", "version": other.version})
    assert subjects("ended") == ["Another"]


def test_an_auditor_reads_and_writes_nothing(ticket):
    auditor = staff.signed_in("auditor")

    body = auditor.get(page_of(ticket)).content.decode()

    assert "<textarea" not in body
    for part in ("reply", "note", "status", "assign"):
        assert auditor.post(page_of(ticket, f"{part}/")).status_code == 403
    assert fresh(ticket).version == ticket.version


def test_hostile_words_stay_text(browser):
    with unit():
        ticket = helpdesk.ticket(subject='"><img src=x>', body="<script>alert(1)</script> {{7*7}}")

    body = browser.get(page_of(ticket)).content.decode()

    assert "<img" not in body
    assert "<script>alert" not in body
    assert "{{7*7}}" in body


@pytest.mark.parametrize("ref", ["tkt_00000000000000000000000000", "cht_00000000000000000000000000", "x"])
def test_an_unknown_ticket_is_not_found(browser, ref):
    assert browser.get(f"/console/helpdesk/ticket/{ref}/work/").status_code == 404


def test_the_list_needs_as_many_queries_for_one_as_for_three(browser, ticket):
    browser.get(LIST, {"of": "all"})
    with CaptureQueriesContext(connection) as one:
        browser.get(LIST, {"of": "all"})
    with unit():
        for _ in range(2):
            helpdesk.ticket()
    with CaptureQueriesContext(connection) as three:
        browser.get(LIST, {"of": "all"})

    assert len(one) == len(three)
