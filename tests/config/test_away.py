"""While a server is away: programs get a problem that says to come again, people a page that does."""

import pytest
from django.db import connection
from django.test import Client

PROGRAMS = [
    ("POST", "/_allauth/app/v1/auth/code/request"),
    ("GET", "/api/v1/wallets"),
    ("POST", "/api/v1/customers"),
]


@pytest.fixture
def _database_away(committed_db, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    yield
    connection.close()


@pytest.mark.usefixtures("_database_away")
@pytest.mark.parametrize(("method", "path"), PROGRAMS)
def test_programs_are_told_to_come_again_while_the_database_is_away(method, path):
    client = Client(raise_request_exception=False)
    headers = {"X-Session-Token": "a" * 32, "Idempotency-Key": "0d8bd19b-7a3c-4ad4-b6a0-aa7c3f4bfa4e"}

    answer = client.generic(method, path, '{"email": "a@example.com"}', "application/json", headers=headers)

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer.json()["code"] == "unavailable"


@pytest.mark.usefixtures("_database_away")
def test_people_see_a_page_that_says_so(client):
    client.raise_request_exception = False

    answer = client.get("/console/", headers={"Cookie": "console=somebody"})

    assert answer.status_code == 503
    assert "<h1>Back in a moment</h1>" in answer.content.decode()
