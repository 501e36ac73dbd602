"""Customers and agents who call the API."""

import pytest

from apps.accounts.models import User
from apps.core import ids
from apps.core.actors import Actor
from tests.support.callers import Caller

HELLO = {"body": "Where is my money?", "client_msg_id": "0b1f2f2e-5d0c-4c8e-9a57-2f6d4f3b9c11"}


def caller(by: Actor) -> Caller:
    """Return somebody of the services as a caller."""
    return Caller(User.objects.get(pk=ids.decode("usr", by.id)))


@pytest.fixture
def customer(ada: Actor) -> Caller:
    return caller(ada)


@pytest.fixture
def stranger(bob: Actor) -> Caller:
    return caller(bob)


@pytest.fixture
def agent(nadia: Actor) -> Caller:
    return caller(nadia)


@pytest.fixture
def colleague(omar: Actor) -> Caller:
    return caller(omar)
