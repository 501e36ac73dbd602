"""The databases of a run: each scenario has a fresh copy of one with accounts and money, and is checked at its end."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.apps import apps
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from apps.core import clock, db, ids
from apps.core.money import Money
from apps.ledger.enums import Side
from apps.ledger.models import Account, Asset, GlCode
from apps.ledger.selectors import chain
from apps.ledger.services import accounts, follower, gateway, journal
from bench.books import plan
from bench.books.plan import People
from bench.books.writers import ASSET, BY, COPIED
from tools.demo.folders import run_path
from tools.demo.servers import DATABASE
from tools.embedded.folder import RunFolder
from tools.embedded.postgres import Postgres

_SCENARIO: Final = "bench_scenario"
_BOOKS: Final = "bench_books"
_YARDSTICK: Final = "bench_yardstick"
_FEES: Final = 1_000
_FUNDED_AT_ONCE: Final = 500


class Server:
    """The server that DATABASE_URL names: ours, which copies databases, or another one, where all happens in one."""

    def __init__(self) -> None:
        postgres = Postgres(RunFolder(run_path()))
        is_ours = os.environ["DATABASE_URL"] == postgres.url("app", DATABASE)
        self._postgres = postgres if is_ours else None

    def prepare(self) -> People:
        """Return new accounts with money, in the database that scenarios begin with, all of it sealed."""
        self._copy(DATABASE, _BOOKS)
        people = _open_accounts()
        drained()
        return people

    @contextmanager
    def scenario(self) -> Iterator[None]:
        """Point to a database with the accounts and without a history."""
        self._copy(_BOOKS, _SCENARIO)
        with self.owner() as owner:
            owner.execute(f"CREATE TABLE IF NOT EXISTS {COPIED} (LIKE ledger_entry INCLUDING ALL)")
            owner.execute(f"GRANT INSERT ON {COPIED} TO {_user()}")
        try:
            yield
        finally:
            connection.close()

    @contextmanager
    def app(self) -> Iterator["psycopg.Connection[Any]"]:
        """Open a connection of the processes' role beside Django's."""
        name = connection.settings_dict["NAME"]
        with psycopg.connect(os.environ["DATABASE_URL"], dbname=name, autocommit=True) as opened:
            yield opened

    @contextmanager
    def owner(self) -> Iterator["psycopg.Connection[Any]"]:
        """Open a connection of the owner."""
        name = connection.settings_dict["NAME"]
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name, autocommit=True) as opened:
            yield opened

    def yardstick(self) -> dict[str, str]:
        """Return the environment of pgbench, for tables in a schema of their own."""
        given = conninfo_to_dict(os.environ["DATABASE_OWNER_URL"])
        if self._postgres is not None:
            self._postgres.drop_database(_YARDSTICK)
            self._postgres.create_database(_YARDSTICK)
            given["dbname"] = _YARDSTICK
        words = {"dbname": "PGDATABASE", "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        env = {words[name]: str(value) for name, value in given.items() if name in words}
        return {**os.environ, **env, "PGOPTIONS": "-c search_path=bench_yardstick"}

    def clear(self) -> None:
        """Remove the databases of the run."""
        connection.close()
        if self._postgres is not None:
            for name in (_SCENARIO, _BOOKS, _YARDSTICK):
                self._postgres.drop_database(name)

    def _copy(self, source: str, target: str) -> None:
        connection.close()
        if self._postgres is not None:
            self._postgres.drop_database(target)
            self._postgres.create_database(target, template=source)
            connection.settings_dict["NAME"] = target


def drained() -> float:
    """Seal everything that waits and return the seconds that it took."""
    began = time.perf_counter()
    while chain.waiting().txns:
        follower.run(by=BY, at=clock.now())
    return time.perf_counter() - began


def broken() -> dict[str, int]:
    """Return each invariant of the books and how many rows break it."""
    config: Any = apps.get_app_config("ledger")
    return {code.removeprefix("ledger."): _breaches(check) for code, check in config.invariants()}


def _breaches(check: Callable[[], list[Any]]) -> int:
    with db.unit(by=BY, at=clock.now(), why="invariants"):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL transaction_timeout = 0")
        return len(check())


def _user() -> str:
    return str(connection.settings_dict["USER"])


def _open_accounts() -> People:
    tag = ids.new().hex[-8:]
    with db.unit(by=BY, at=clock.now(), why="bench"):
        wallets = _open_many("L:WALLET", tag, plan.ACCOUNTS, floor=0)
        fees = _open_many("R:FEE", tag, _FEES, floor=None)
        bank = accounts.open_(code="A:FBO", asset=ASSET)
    for start in range(0, len(wallets), _FUNDED_AT_ONCE):
        _fund(bank, wallets[start : start + _FUNDED_AT_ONCE])
    return People([one.no for one in wallets], [one.no for one in fees])


def _open_many(code: str, tag: str, count: int, *, floor: int | None) -> list[Account]:
    gl_code, asset, today = GlCode.objects.get(code=code), Asset.objects.get(code=ASSET), clock.now().date()
    made = [
        Account(
            no=gateway.next_account_number(),
            gl_code=gl_code,
            asset=asset,
            owner_ref=ids.encode("wal", ids.new()),
            qualifier=tag,
            opened_on=today,
        )
        for _ in range(count)
    ]
    Account.objects.bulk_create(made)
    for one in made:
        gateway.open_balance(account=one.pk, floor=floor, ceiling=None)
    return made


def _fund(bank: Account, wallets: list[Account]) -> None:
    subject = ids.encode("opn", ids.new())
    with db.unit(by=BY, at=clock.now(), why="bench"):
        journal.post(
            lines=[
                journal.line(bank.pk, Money(plan.FUNDS * len(wallets), ASSET), Side.DR),
                *(journal.line(one.pk, Money(plan.FUNDS, ASSET), Side.CR) for one in wallets),
            ],
            kind="ledger.opening",
            key=journal.posting_key(subject, "opening"),
            subject=subject,
        )
