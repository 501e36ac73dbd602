"""Connections that end because their session or the right to them has: at once, and not when they are looked at again.

The server looks again by itself every half minute only, which is longer than any of these tests waits.
"""

import pytest

from apps.accounts.api.sessions import SessionStore
from apps.accounts.enums import Role
from apps.accounts.models import User
from apps.accounts.services import second_factors, staff
from apps.core import actors, ids
from tests.support import database
from tests.support.live import Live
from tests.support.people import CONSUMER, sign_in

BY = actors.system("tests.endings")


@pytest.fixture(scope="module")
def live(postgres, committed_database, tmp_path_factory):
    """Return a server of sockets with the waits of the product."""
    env = database.environment(postgres, committed_database) | {"DJANGO_SETTINGS_MODULE": "tests.e2e.settings"}
    server = Live(env, tmp_path_factory.mktemp("unhurried"))
    try:
        server.wait_ready()
        yield server
    finally:
        server.stop()


def login_of(person):
    return ids.decode("usr", person.by.id)


def test_who_loses_the_role_of_a_desk_is_let_go(nadia, now):
    desk, other = nadia.open(), nadia.open()

    staff.revoke_role(login_of(nadia), role=Role.SUPPORT_AGENT, by=BY, at=now)

    assert (desk.ended(), other.ended()) == (4401, 4401)


def test_who_gets_another_role_goes_on(nadia, now):
    desk = nadia.open()

    staff.grant_role(login_of(nadia), role=Role.AUDITOR, by=BY, at=now)

    assert desk.ask("ping", {"n": 1})["t"] == "pong"
    assert desk.rest() == []


def test_a_desk_ends_with_its_second_factor(nadia, now):
    desk = nadia.open()

    second_factors.withdraw(login_of(nadia), by=BY, at=now)

    assert desk.ended() == 4401


@pytest.mark.parametrize("end", ["flush", "delete"])
def test_a_connection_ends_with_its_session_and_others_stay(ada, bob, end):
    socket, stranger = ada.open(), bob.open()

    getattr(SessionStore(ada.session), end)()

    assert socket.ended() == 4401
    assert stranger.ask("ping", {"n": 1})["t"] == "pong"


def test_another_session_of_the_person_goes_on(ada):
    socket, other = ada.open(), sign_in(User.objects.get(pk=login_of(ada)), CONSUMER)

    SessionStore(other).delete()

    assert socket.ask("ping", {"n": 1})["t"] == "pong"
    assert socket.rest() == []
