"""Reviewers and work to take."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from apps.accounts.models import User
from apps.core import actors, clock, db
from apps.core.models import AuditEvent, IdempotencyKey, OutboxMessage
from apps.workflow.models import WorkItem, WorkItemEvent
from tests.factories import accounts
from tests.support.callers import Caller

Unit = Callable[[], AbstractContextManager[Any]]


class Colleague(Caller):
    """A member of staff."""

    def __init__(self, login: User) -> None:
        super().__init__(login)
        self.login = login


@pytest.fixture
def unit() -> Unit:
    """Return what opens a unit of now."""
    return lambda: db.unit(by=actors.system("tests.console"), at=clock.now(), why="test")


@pytest.fixture
def staff(db: None, unit: Unit) -> Callable[..., Colleague]:
    """Return what makes a member of staff of some roles."""

    def made(*roles: str, **columns: Any) -> Colleague:
        with unit():
            login = accounts.user(kind="staff", **columns)
            for role in roles:
                accounts.role_grant(login, role)
        return Colleague(login)

    return made


@pytest.fixture
def written() -> Callable[[], Any]:
    """Return what tells all that a refused request could have written."""
    logs = (WorkItemEvent, OutboxMessage, IdempotencyKey)

    def rows() -> Any:
        done = AuditEvent.objects.exclude(outcome="denied").count()
        return [model.objects.count() for model in logs], done, list(WorkItem.objects.order_by("pk").values())

    return rows
