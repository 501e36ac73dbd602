"""No connection is opened inside a unit: the answer of another would decide how long its locks are held."""

import sys
from typing import Any

from django.db import connection

from apps.core import db
from apps.core.errors import NetworkInTransaction

_watching: list[bool] = []


def refuse_connections_in_units() -> None:
    """Watch this process from now on. PostgreSQL's own connections are made in C and are not seen here."""
    if not _watching:
        sys.addaudithook(_refuse)
        _watching.append(True)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    # What waits for the commit runs while the unit is still known, but the transaction is over.
    if event == "socket.connect" and db.is_open() and connection.in_atomic_block:
        message = f"a connection to {arguments[1]!r} inside a unit: publish a topic and call when the unit is over"
        raise NetworkInTransaction(message)
