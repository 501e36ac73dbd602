"""The caller's address behind proxies: believed from those in front alone."""

import importlib

import pytest
from django.test import RequestFactory

from config import wsgi


@pytest.fixture
def door(settings):
    settings.PROXIES = ["192.0.2.0/24"]
    yield importlib.reload(wsgi).application
    importlib.reload(wsgi)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("192.0.2.1", "203.0.113.5", "203.0.113.5"),
        ("192.0.2.1", "10.9.9.9, 203.0.113.5, 192.0.2.2", "203.0.113.5"),
        ("192.0.2.1", "", "192.0.2.1"),
        ("198.51.100.1", "203.0.113.5", "198.51.100.1"),
    ],
)
def test_an_address_is_believed_from_a_proxy_alone(door, peer, forwarded, caller):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    environ = RequestFactory().get("/api/v1/health/live", REMOTE_ADDR=peer, headers=headers).environ
    answers = []

    list(door(environ, lambda status, _: answers.append(status)))

    assert (environ["REMOTE_ADDR"], answers) == (caller, ["200 OK"])
