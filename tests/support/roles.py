"""Trying statements as any role of the database, on the ground of a module: all of it is undone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from django.db import DatabaseError, connection

from tools.embedded.postgres import ROLES

Role = Literal["app", "owner", "superuser"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the database refused: its code, the rule and the table that it names, and whether only the commit failed."""

    sqlstate: str
    rule: str | None
    table: str | None
    at_commit: bool = False


def become(role: Role) -> None:
    """Be this role for the rest of the transaction, or to the end of the savepoint."""
    run("RESET ROLE" if role == "superuser" else f"SET LOCAL ROLE {ROLES[role]}")


def run(statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement on Django's connection and return what it returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(params) or None)
        return cursor.fetchall() if cursor.description else []


def attempt(role: Role, *steps: str | Callable[[], Any], params: Sequence[Any] = ()) -> Refusal | None:
    """Take steps as a role, then check what waits for the commit, and undo all; return why the last was refused.

    `params` are of the last step; an earlier one that is refused raises.
    """
    run("SAVEPOINT attempt")
    try:
        become(role)
        for step in steps[:-1]:
            _take(step)
        return _last(steps[-1], params)
    finally:
        run("ROLLBACK TO SAVEPOINT attempt")


def _take(step: str | Callable[[], Any], params: Sequence[Any] = ()) -> None:
    if isinstance(step, str):
        run(step, params)
    else:
        step()


def _last(step: str | Callable[[], Any], params: Sequence[Any]) -> Refusal | None:
    at_commit = False
    try:
        _take(step, params)
        at_commit = True
        run("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as error:
        cause: Any = error.__cause__
        return Refusal(cause.sqlstate, cause.diag.constraint_name, cause.diag.table_name, at_commit)
    return None


@contextmanager
def without_guards() -> Iterator[None]:
    """Let no trigger fire inside the block, as nobody but a superuser can."""
    become("superuser")
    run("SET LOCAL session_replication_role = replica")
    try:
        yield
    finally:
        run("SET LOCAL session_replication_role = origin")
        become("app")
