"""Processes that post as fast as they are answered. Each is forked from one that has no connection open."""

import itertools
import multiprocessing
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from apps.core import actors, audit, clock, db, ids, outbox
from apps.core.errors import Busy, DomainError
from apps.core.money import Money
from apps.ledger.enums import Side
from apps.ledger.errors import InsufficientFunds
from apps.ledger.models import Account
from apps.ledger.selectors import accounts
from apps.ledger.selectors.batches import Item, Result
from apps.ledger.selectors.postings import Leg, Posting
from apps.ledger.services import gateway, journal
from bench.books.plan import Cell, Legs, People, transfers

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

BY: Final = actors.system("bench", door="command")
ASSET: Final = "USD"
COPIED: Final = "bench_copied"
_KIND: Final = "p2p.transfer"
_TRIES: Final = 3
_FORK: Final = multiprocessing.get_context("fork")
_COPY: Final = (
    f"COPY {COPIED} (txn_id, account_id, amount, balance_after, version, posted_at, effective_on, leg, asset)"
    " FROM STDIN (FORMAT BINARY)"
)
_COPIED_TYPES: Final = ("uuid", "int8", "int8", "int8", "int8", "timestamptz", "date", "int2", "text")


@dataclass
class Tally:
    """What came of calls within the time that counts: the seconds of each, and the payments that they left."""

    seconds: list[float] = field(default_factory=list)
    posted: int = 0
    refused: int = 0
    retries: int = 0
    errors: int = 0
    first_error: str = ""

    def add(self, other: "Tally") -> None:
        """Take what another writer has counted."""
        self.seconds += other.seconds
        self.posted += other.posted
        self.refused += other.refused
        self.retries += other.retries
        self.errors += other.errors
        self.first_error = self.first_error or other.first_error


Call = Callable[[list[Legs]], int]
"""Posts payments and returns how many are in the books now; the others were refused."""


class Crew:
    """The writers of one cell, which run from `begin` on, count from `counts_from` on and end at `until`."""

    def __init__(self, cell: Cell, people: People, *, counts_from: float, until: float) -> None:
        connection.close()
        self._ends: list[Connection] = []
        self._processes: list[BaseProcess] = []
        for number in range(cell.writers):
            here, there = _FORK.Pipe()
            process = _FORK.Process(target=_work, args=(cell, people, number, counts_from, until, there), daemon=True)
            process.start()
            there.close()
            self._ends.append(here)
            self._processes.append(process)

    @property
    def pids(self) -> list[int]:
        """Return the writers' processes."""
        return [process.pid for process in self._processes if process.pid]

    def tally(self) -> Tally:
        """Let the writers go and return what they have counted. Raises EOFError when one has died.

        Until then their connections stay, so that what these used is read in one piece.
        """
        total = Tally()
        for end in self._ends:
            total.add(end.recv())
            end.send(None)
        for process in self._processes:
            process.join()
        return total


def _work(cell: Cell, people: People, number: int, counts_from: float, until: float, there: Connection) -> None:
    tally = Tally()
    call = _CALLS[cell.path]()
    drawn = transfers(cell.scenario, people, seed=number)
    while (began := time.perf_counter()) < until:
        one = Tally()
        _call(call, list(itertools.islice(drawn, cell.batch)), one)
        ended = time.perf_counter()
        if counts_from <= ended <= until:
            one.seconds.append(ended - began)
            tally.add(one)
    there.send(tally)
    there.recv()
    connection.close()


def _call(call: Call, payments: list[Legs], tally: Tally) -> None:
    """Post payments, again when another writer was faster."""
    for turn in range(_TRIES):
        try:
            posted = call(payments)
        except InsufficientFunds:
            tally.refused += len(payments)
        except Busy as error:
            tally.retries += 1
            if turn == _TRIES - 1:
                tally.errors += 1
                tally.first_error = str(error.code)
            continue
        except Exception as error:  # noqa: BLE001 - a load goes on, and tells
            tally.errors += 1
            tally.first_error = repr(error)[:300]
        else:
            tally.posted += posted
            tally.refused += len(payments) - posted
        return


def _posting(legs: Legs, kind: int) -> Posting:
    subject = ids.encode("trf", ids.new())
    return Posting(
        key=journal.posting_key(subject, "complete"),
        kind=kind,
        subject=subject,
        legs=tuple(Leg(account, amount, ASSET) for account, amount in legs),
    )


def _post_one() -> Call:
    kind = accounts.kind_number(_KIND)

    def call(payments: list[Legs]) -> int:
        posting = _posting(payments[0], kind)
        with db.unit(by=BY, at=clock.now(), why="bench"):
            gateway.post_one(posting=posting, txn=journal.new_txn())
        return 1

    return call


def _post_batch() -> Call:
    kind = accounts.kind_number(_KIND)

    def call(payments: list[Legs]) -> int:
        postings = [_posting(legs, kind) for legs in payments]
        with db.unit(by=BY, at=clock.now(), why="bench"):
            answers = gateway.post_batch(items=[Item(one, journal.new_txn()) for one in postings])
        unexpected = next((one for one in answers if not isinstance(one, Result | InsufficientFunds)), None)
        if isinstance(unexpected, DomainError):
            raise unexpected
        return sum(isinstance(one, Result) for one in answers)

    return call


def _post() -> Call:
    keys = dict(Account.objects.values_list("no", "pk"))

    def call(payments: list[Legs]) -> int:
        subject = ids.encode("trf", ids.new())
        with db.unit(by=BY, at=clock.now(), why="bench"):
            audit.record(action="p2p.transfer.complete", subject=subject)
            outbox.publish("bench.transfer.completed", subject=subject)
            journal.post(
                lines=[
                    journal.line(keys[account], Money(abs(amount), ASSET), Side.CR if amount > 0 else Side.DR)
                    for account, amount in payments[0]
                ],
                kind=_KIND,
                key=journal.posting_key(subject, "complete"),
                subject=subject,
            )
        return 1

    return call


def _copy() -> Call:
    def rows(payments: list[Legs]) -> Iterator[tuple[object, ...]]:
        at = clock.now()
        for legs in payments:
            txn = ids.new(at)
            for place, (account, amount) in enumerate(legs, start=1):
                yield txn, account, amount, amount, 1, at, at.date(), place, ASSET

    def call(payments: list[Legs]) -> int:
        with transaction.atomic(), connection.cursor() as cursor, cursor.connection.cursor().copy(_COPY) as copy:
            copy.set_types(_COPIED_TYPES)
            for row in rows(payments):
                copy.write_row(row)
        return len(payments)

    return call


_CALLS: Final = {"post_one": _post_one, "post_batch": _post_batch, "post": _post, "copy": _copy}
