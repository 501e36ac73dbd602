"""An agent takes a chat at the desk and answers; the customer, at the other end of a real socket, reads it."""

import pytest

from apps.accounts.enums import Role
from tests.e2e.stage import LONG
from tests.support import chromium, staff

pytestmark = pytest.mark.slow


@pytest.fixture
def agent(session_of):
    return session_of(staff.member(Role.SUPPORT_AGENT))


def test_a_chat_is_taken_answered_and_ended(site, agent, customer_at):
    ada = customer_at("Ada Atthedesk")
    room = ada.asks("Where is my money?")

    with chromium.windows(site) as windows:
        window = windows.open(agent)
        page = window.page
        window.go("/console/helpdesk/chatsession/desk/")
        page.get_by_role("status").filter(has_text="Live").wait_for()
        page.get_by_role("button", name="Ada Atthedesk").press("Enter")
        log = page.get_by_role("log")
        log.get_by_text("Where is my money?").wait_for()

        with ada.open() as socket:
            socket.ask("sub", {}, "sub.ok", room=room)
            window.type("It is on its way.", into="Message")
            window.press("Enter")
            answer = socket.frame("msg.new")
            assert (answer["d"]["body"], answer["d"]["author"]["kind"]) == ("It is on its way.", "agent")

            socket.send("receipt", {"delivered_seq": answer["seq"], "read_seq": answer["seq"]}, room=room)
            log.get_by_text("· Read").wait_for()
            socket.say(room, "Thank you! <b>Bold</b> & \U0001f600")
            log.get_by_text("Thank you! <b>Bold</b> & \U0001f600").wait_for()
            socket.say(room, LONG)
            log.get_by_text(LONG).wait_for()
            assert window.flaws() == ""

            page.get_by_role("button", name="End", exact=True).press("Enter")
            page.get_by_role("button", name="End the chat").press("Enter")
            assert socket.frame("chat.state")["d"]["state"] == "ended"
        page.get_by_label("Message").wait_for(state="hidden")


def test_a_note_is_told_from_an_answer_and_stays_with_staff(site, agent, customer_at):
    ada = customer_at("Ada Thenotable")
    room = ada.asks("Is anybody there?")

    with chromium.windows(site) as windows:
        window = windows.open(agent)
        page = window.page
        window.go("/console/helpdesk/chatsession/desk/")
        page.get_by_role("button", name="Ada Thenotable").press("Enter")
        page.get_by_role("log").get_by_text("Is anybody there?").wait_for()
        with ada.open() as socket:
            socket.ask("sub", {}, "sub.ok", room=room)
            page.get_by_role("radio", name="Note").press("Space")
            page.get_by_label("Message").fill("Careful with this one")
            window.press("Enter")
            page.get_by_role("log").get_by_text("Note, staff only").wait_for()
            page.get_by_role("radio", name="Answer").press("Space")
            page.get_by_label("Message").fill("Yes")
            window.press("Enter")

            assert socket.frame("msg.new")["d"]["body"] == "Yes"
