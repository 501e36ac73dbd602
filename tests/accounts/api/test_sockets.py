"""Tickets for sockets."""

import pytest
from django.test import Client

from apps.accounts.api import sockets
from apps.accounts.enums import Role
from apps.core import store
from apps.core.live import tickets
from tests.factories import accounts as make
from tests.support.callers import Caller
from tests.support.staff import signed_in
from tests.support.units import unit

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/staff/accounts/ws-tickets"


@pytest.fixture
def customer() -> Caller:
    with unit():
        return Caller(make.customer().user)


def asked(browser: Client, body: dict[str, str]):
    token = "c" * 32
    browser.cookies["csrftoken"] = token
    return browser.post(ADDRESS, body, content_type="application/json", headers={"X-CSRFToken": token})


def test_a_customer_gets_a_ticket_and_where_to_bring_it(customer, settings):
    settings.PUBLIC_WS_URL = "wss://live.example"

    answer = customer.post("ws-tickets", {"purpose": "support"})

    body = answer.json()
    assert (answer.status_code, body["expires_in"], body["url"]) == (201, 60, "wss://live.example/ws/support/")
    assert len(body["ticket"]) == 43


@pytest.mark.parametrize("body", [{}, {"purpose": "agent"}, {"purpose": "support", "user": "x"}])
def test_no_other_ticket_is_given(customer, body):
    assert customer.post("ws-tickets", body).status_code == 422


def test_staff_get_a_ticket_after_the_second_factor():
    browser = signed_in(Role.SUPPORT_AGENT)

    answer = asked(browser, {"purpose": "agent"})

    session = tickets.redeem(ticket=answer.json()["ticket"], purpose="agent")
    found = sockets.login(purpose="agent", session=str(session), is_active=False)
    assert found is not None
    assert [found.holds(code) for code in ("helpdesk.chat.take", "compliance.application.decide")] == [True, False]


def test_staff_without_second_factor_and_customers_get_none(customer):
    refused = [asked(signed_in(Role.SUPPORT_AGENT, proved=False), {"purpose": "agent"}), asked(Client(), {})]

    assert [answer.status_code for answer in refused] == [401, 401]
    assert customer.post("staff/accounts/ws-tickets", {"purpose": "agent"}).status_code == 403


def test_a_ticket_is_good_once_and_for_its_purpose():
    ticket = tickets.issue(purpose="support", session="s")

    assert [tickets.redeem(ticket=ticket, purpose="support") for _ in range(2)] == ["s", None]
    other = tickets.issue(purpose="support", session="s")
    assert tickets.redeem(ticket=other, purpose="agent") is None
    assert tickets.redeem(ticket="never given", purpose="agent") is None


def test_redis_tells_neither_ticket_nor_session():
    ticket = tickets.issue(purpose="support", session="the-key-of-a-session")

    (place,) = store.client().keys("strongroom:ticket:*")[-1:]
    value = store.client().get(place)

    assert ticket.encode() not in place
    assert b"the-key-of-a-session" not in value
    assert 0 < store.client().ttl(place) <= 60


def test_a_session_that_is_none_has_no_login():
    assert [sockets.login(purpose=purpose, session="x" * 32, is_active=True) for purpose in ("support", "agent")] == [
        None,
        None,
    ]
