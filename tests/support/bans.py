"""Ways to test that cannot work here: they end with a TRUNCATE, which the tests' role may not do."""

from collections.abc import Iterable

import pytest
from django.test import TestCase, TransactionTestCase

_FIXTURES = {"transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}
_OPTIONS = ("transaction", "reset_sequences", "serialized_rollback")
_INSTEAD = "Use the fixture committed_db for real commits and web for a real server."


def complaints(items: Iterable[pytest.Item]) -> list[str]:
    """Return what is wrong with the collected tests, one line each."""
    return [f"{item.nodeid}: {fault}" for item in items for fault in _faults(item)]


def _faults(item: pytest.Item) -> Iterable[str]:
    case = getattr(item, "cls", None)
    if case and issubclass(case, TransactionTestCase) and not issubclass(case, TestCase):
        yield f"{case.__name__} flushes the database. {_INSTEAD}"
    names = set(getattr(item, "fixturenames", ()))
    for name in sorted(names & _FIXTURES):
        yield f"the fixture {name} flushes the database. {_INSTEAD}"
    mark = item.get_closest_marker("django_db")
    if mark and (mark.args or any(mark.kwargs.get(option) for option in _OPTIONS)):
        yield f"django_db with {mark.args or mark.kwargs} flushes the database. {_INSTEAD}"
    if "committed_db" in names and (mark or "db" in names):
        yield "committed_db commits, db and django_db roll back: take one of them."
    if item.get_closest_marker("own_cluster") and "committed_db" not in names:
        yield "own_cluster says where committed_db is: take that fixture too."
