"""The unit of work, ordered row locks and the translation of database refusals.

`unit` is the only way to write. It is opened by services; inner services join the open one.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

import psycopg
from django.db import DatabaseError, connection, models, transaction

from apps.core import inserts
from apps.core.actors import Actor
from apps.core.errors import (
    Busy,
    DomainError,
    Duplicate,
    LockOrderViolation,
    LostRace,
    NotFound,
    NoUnit,
    ProgrammingFault,
    Stale,
    UnitMismatch,
    for_constraint,
)
from apps.core.inserts import Part

Mode = Literal["hold", "change", "remove"]
Row = TypeVar("Row", bound=models.Model)

_STRENGTH: dict[Mode, int] = {"hold": 1, "change": 2, "remove": 3}
_CLAUSE: dict[Mode, str] = {"hold": "FOR SHARE", "change": "FOR NO KEY UPDATE", "remove": "FOR UPDATE"}
_LOCK_TIMEOUT = "55P03"
_RACES = ("40P01", "40001")

_open: ContextVar["Unit | None"] = ContextVar("unit", default=None)


@dataclass(slots=True)
class Unit:
    """One open transaction: who, when, why, and which rows it holds.

    `actor` may be a callable where third-party code signs somebody in half-way; it is asked at each write.
    """

    actor: Actor | Callable[[], Actor]
    at: datetime
    why: str = ""
    rank: int = -1
    held: dict[tuple[str, Any], int] = field(default_factory=dict)
    nudges: set[str] = field(default_factory=set)
    parts: list[Part] = field(default_factory=list)
    last: Callable[[list[Part]], None] = inserts.send

    @property
    def by(self) -> Actor:
        """Return who acts."""
        return self.actor if isinstance(self.actor, Actor) else self.actor()

    def take(self, model: type[models.Model], keys: Iterable[Any], mode: Mode = "change") -> None:
        """Note that these rows are about to be locked.

        Raises: LockOrderViolation when a row of a lower or equal rank is new to this unit.
        """
        label, rank, strength = model._meta.label, lock_rank(model), _STRENGTH[mode]
        wanted = [(label, key) for key in keys]
        if rank <= self.rank:
            fresh = [key for key in wanted if self.held.get(key, 0) < strength]
            if fresh:
                message = (
                    f"{label} (rank {rank}) asked for after rank {self.rank}: lock low ranks first, one call a rank"
                )
                raise LockOrderViolation(message)
        self.rank = max(self.rank, rank)
        for key in wanted:
            self.held[key] = max(self.held.get(key, 0), strength)

    def take_rank(self, rank: int, what: str) -> None:
        """Note a call that locks rows of its own accord at this rank (the ledger's).

        Raises: LockOrderViolation when the rank, or a higher one, was already taken.
        """
        if rank <= self.rank:
            message = f"{what} (rank {rank}) after rank {self.rank}: one such call per unit, in order"
            raise LockOrderViolation(message)
        self.rank = rank

    def created(self, model: type[models.Model], keys: Iterable[Any]) -> None:
        """Note rows that this unit made: nobody else can hold them."""
        for key in keys:
            self.held[model._meta.label, key] = _STRENGTH["remove"]

    def add(self, *parts: Part) -> None:
        """Take statements whose rows nothing in this unit reads: they are sent together, by the end of it."""
        self.parts += parts

    def end_with(self, last: Callable[[list[Part]], None]) -> None:
        """Let `last` send what was added, together with its own statement, which nothing in this unit reads either.

        Raises: ProgrammingFault when the unit has such an end.
        """
        if self.last is not inserts.send:
            message = "a unit ends once: nothing may follow its last statement"
            raise ProgrammingFault(message)
        self.last = last

    def flush(self) -> None:
        """Send what was added, by one statement; what is many of a kind goes before it."""
        parts, self.parts = inserts.copy_many(self.parts), []
        last, self.last = self.last, inserts.send
        if parts or last is not inserts.send:
            last(parts)


def lock_rank(model: type[models.Model]) -> int:
    """Return the place of a model's rows in the order of locks."""
    rank: int = model.lock_rank  # type: ignore[attr-defined]  # every concrete row declares it; a guard proves that
    return rank


def current() -> Unit:
    """Return the open unit.

    Raises: NoUnit outside `unit`.
    """
    found = _open.get()
    if found is None:
        message = "open db.unit(by=, at=) in the service before writing"
        raise NoUnit(message)
    return found


def is_open() -> bool:
    """Tell whether a unit is open here."""
    return _open.get() is not None


@contextmanager
def unit(*, by: Actor | Callable[[], Actor], at: datetime, why: str = "") -> Iterator[Unit]:
    """Open one transaction, or join the open one.

    `at` is the instant (UTC) of everything written. Database refusals leave as domain errors.
    Raises: UnitMismatch when joined with another instant; whatever the refused constraint means.
    """
    outer = _open.get()
    if outer is not None:
        if outer.at != at:
            message = (
                f"the open unit is of {outer.at.isoformat()}, this call of {at.isoformat()}: pass one instant through"
            )
            raise UnitMismatch(message)
        yield outer
        return
    opened = Unit(actor=by, at=at, why=why)
    within_test = connection.in_atomic_block
    with translate(), transaction.atomic(durable=True):
        token = _open.set(opened)
        try:
            yield opened
            if not connection.needs_rollback:
                opened.flush()
            if within_test and not connection.needs_rollback:
                # A test's transaction never commits, so what waits for the commit is checked here.
                connection.check_constraints()
        finally:
            # Before the commit: what waits for it writes in a unit of its own, not in this one, which is over.
            _open.reset(token)


@contextmanager
def trial(*, by: Actor, at: datetime, why: str = "") -> Iterator[Unit]:
    """Open a unit of which nothing stays: a preview carries out the act itself, and is refused what that would be.

    Raises: ProgrammingFault inside an open unit, which it would undo.
    """
    if is_open():
        message = "a trial undoes its whole transaction: it cannot be part of a unit"
        raise ProgrammingFault(message)
    with unit(by=by, at=at, why=why) as opened:
        yield opened
        transaction.set_rollback(True)


@contextmanager
def savepoint() -> Iterator[None]:
    """Let one part of a unit fail alone: a handler's run, a row of a bulk job."""
    opened = current()
    opened.flush()
    try:
        with translate(), transaction.atomic():
            yield
            opened.flush()
    finally:
        opened.parts, opened.last = [], inserts.send


def lock(model: type[Row], *ids: UUID, mode: Mode = "change") -> list[Row]:
    """Lock rows in key order and return them fresh, in the order asked for.

    `hold` keeps a row from changing, `change` is for rows that will change, `remove` for the soft delete of a parent.
    Raises: NotFound when a row is missing or soft-deleted; LockOrderViolation.
    """
    current().take(model, ids, mode)
    if not ids:
        return []
    manager: Any = getattr(model, "objects")  # noqa: B009 - the live manager, unknown to the type of a plain model
    query = manager.filter(pk__in=sorted(set(ids))).order_by("pk").query
    sql, params = query.sql_with_params()
    found = {row.pk: row for row in manager.raw(f"{sql} {_CLAUSE[mode]}", params)}
    missing = [key for key in ids if key not in found]
    if missing:
        raise NotFound(model=model._meta.label, ids=[str(key) for key in missing])
    return [found[key] for key in ids]


def require_version(row: Any, version: int) -> None:
    """Refuse to change a locked row that is not the one the caller saw.

    Raises: version_conflict with the current version.
    """
    if row.version != version:
        raise Stale(id=str(row.pk), version=row.version)


@contextmanager
def single(name: str) -> Iterator[bool]:
    """Let one runner at a time do a named job; yields whether this one may. Held to the end of the transaction."""
    current()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s::text, 0))", [name])
        row = cursor.fetchone()
    yield bool(row and row[0])


@contextmanager
def translate() -> Iterator[None]:
    """Turn a refusal of the database into the domain error that its constraint stands for.

    Raises: the declared error of the constraint, Duplicate for other unique values, Busy for a lock wait that ended,
    LostRace for deadlocks and serialisation failures.
    """
    try:
        yield
    except DatabaseError as error:
        meaning = _meaning(error.__cause__)
        if meaning is None:
            raise
        raise meaning from error


def _meaning(cause: BaseException | None) -> DomainError | None:
    if not isinstance(cause, psycopg.Error):
        return None
    if cause.sqlstate == _LOCK_TIMEOUT:
        return Busy()
    if cause.sqlstate in _RACES:
        return LostRace()
    declared = for_constraint(cause.diag.constraint_name or "") or for_constraint(cause.sqlstate or "")
    if declared is not None:
        return declared(**_told(cause))
    if cause.sqlstate == "23505":
        return Duplicate(constraint=cause.diag.constraint_name)
    return None


def _told(cause: psycopg.Error) -> dict[str, Any]:
    """Return what a function of ours says in DETAIL, as a JSON object; the server's own words are not for callers."""
    try:
        told = json.loads(cause.diag.message_detail or "")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
