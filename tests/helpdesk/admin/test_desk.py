"""The desk's frame, and chats as they were; what happens at the desk is shown in a browser, in tests/e2e."""

from dataclasses import replace

import pytest

from apps.core.models import AuditEvent
from apps.helpdesk.services import chats
from tests.factories import accounts, helpdesk
from tests.support import staff
from tests.support.units import unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat():
    with unit():
        return helpdesk.chat_session(body="Where is my money?")


def page_of(chat):
    return f"/console/helpdesk/chatsession/{chat.ref}/talk/"


def test_the_desk_may_open_the_sockets_alone(settings):
    answer = staff.signed_in("support_agent").get("/console/helpdesk/chatsession/desk/")

    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["connect-src"] == f"'self' {settings.PUBLIC_WS_URL}"
    assert policy["script-src"] == "'self'"


@pytest.mark.parametrize("role", ["kyc_analyst", "auditor", "administrator"])
def test_the_desk_is_for_agents(role):
    assert staff.signed_in(role).get("/console/helpdesk/chatsession/desk/").status_code == 403


def test_a_chat_is_shown_as_it_was_and_that_is_written_down(chat):
    body = staff.signed_in("auditor").get(page_of(chat)).content.decode()

    assert "Where is my money?" in body
    assert "Go on at the desk" not in body
    assert AuditEvent.objects.filter(action="helpdesk.chat.read").get().subject == chat.ref


def test_the_agent_who_has_it_is_led_to_the_desk(chat):
    member = staff.member("support_agent")
    by = replace(accounts.actor(member), roles=member.roles)
    with unit(by=by) as opened:
        chats.accept(chat.pk, by=by, at=opened.at)

    body = staff.entered(member).get(page_of(chat)).content.decode()

    assert "Go on at the desk" in body


@pytest.mark.parametrize("ref", ["cht_00000000000000000000000000", "x"])
def test_an_unknown_chat_is_not_found(ref):
    assert staff.signed_in("auditor").get(f"/console/helpdesk/chatsession/{ref}/talk/").status_code == 404
