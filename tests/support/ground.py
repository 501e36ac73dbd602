"""One transaction for all tests of a module: any role may try anything in it, each test in a savepoint of its own.

It is undone at the end. Each model's row is made once, by the processes' role, when the first test asks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from config.settings import database
from tests.support import kinds, roles
from tools.embedded.postgres import Postgres


class Ground:
    """An open transaction of a superuser's connection, which may take any role."""

    def __init__(self, wrapper: BaseDatabaseWrapper) -> None:
        self._wrapper = wrapper
        self._keys: dict[kinds.Model, Any] = {}
        self._outermost = _atomic()

    def begin(self) -> None:
        """Open the transaction."""
        with self._here():
            self._outermost.__enter__()
            roles.become("app")

    def undo(self) -> None:
        """End the transaction as if nothing had happened."""
        with self._here():
            transaction.set_rollback(True)
            self._outermost.__exit__(None, None, None)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Let Django use this connection in the block; undo what was done there."""
        with self._here(), _atomic():
            yield
            transaction.set_rollback(True)

    def row(self, model: kinds.Model) -> Any:
        """Return the module's row of a model, just loaded. Ask before the savepoint of a test, which would undo it."""
        with self._here():
            if model not in self._keys:
                with _atomic():
                    self._keys[model] = kinds.make(model).pk
            return model._base_manager.get(pk=self._keys[model])

    @contextmanager
    def _here(self) -> Iterator[None]:
        usual = connections["default"]
        connections["default"] = self._wrapper
        try:
            yield
        finally:
            connections["default"] = usual


def superuser(postgres: Postgres, name: str) -> BaseDatabaseWrapper:
    """Return a connection of Django's that may take any role."""
    made = connections.create_connection("default")
    address = database.connection(postgres.url("superuser", name))
    made.settings_dict = {**made.settings_dict, **{key: address[key] for key in ("NAME", "USER", "PASSWORD", "HOST")}}
    return made


def _atomic() -> transaction.Atomic:
    made = transaction.atomic()
    # As Django's own test transaction: units inside it are savepoints that check what waits for a commit.
    made._from_testcase = True
    return made
