"""The dispatcher: what is due runs, what fails waits, what crashes runs again, and nothing is lost or doubled."""

from uuid import uuid4

import pytest

from apps.core import outbox


@pytest.fixture(autouse=True)
def queue(monkeypatch):
    """Give each test handlers and a queue of its own; its name ends those of the handlers."""
    monkeypatch.setattr(outbox, "_handlers", {})
    return f"q{uuid4().hex}"
