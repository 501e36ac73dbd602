"""Units, accounts with money, and raw connections of each role."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest

from apps.core import actors, clock, db
from apps.ledger.models import Account
from tests.factories import ledger as make
from tools.embedded.postgres import Postgres

Unit = Callable[[], AbstractContextManager[Any]]
Connect = Callable[[str], "psycopg.Connection[Any]"]


@pytest.fixture
def unit() -> Unit:
    """Return what opens a unit of now."""
    return lambda: db.unit(by=actors.system("tests.ledger"), at=clock.now(), why="test")


@pytest.fixture
def raw(postgres: Postgres, committed_database: str) -> Iterator[Connect]:
    """Return what opens a raw connection of a role to the committed database; nothing of it is committed."""
    opened: list[psycopg.Connection[Any]] = []

    def connect(role: str) -> "psycopg.Connection[Any]":
        opened.append(psycopg.connect(postgres.url(role, committed_database)))  # type: ignore[arg-type]
        return opened[-1]

    yield connect
    for connection in opened:
        connection.rollback()
        connection.close()


@pytest.fixture
def funded(unit: Unit) -> tuple[Account, Account]:
    """Return a wallet with 1,000 and the account of the house that paid it in."""
    with unit():
        house, wallet = make.house(), make.wallet()
    with unit():
        make.move(house.pk, wallet.pk, 1_000, kind="payments.top_up")
    return wallet, house
