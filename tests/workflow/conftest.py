"""Units, people, and what to count to show that nothing was written."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from apps.core import actors, clock, db
from apps.core.actors import Actor
from apps.core.models import AuditEvent, OutboxMessage
from apps.workflow.models import WorkItem, WorkItemEvent
from tests.factories import workflow as make

Unit = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def unit() -> Unit:
    """Return what opens a unit of now."""
    return lambda: db.unit(by=actors.system("tests.workflow"), at=clock.now(), why="test")


@pytest.fixture
def ana() -> Actor:
    return make.person()


@pytest.fixture
def ben() -> Actor:
    return make.person()


@pytest.fixture
def item(db: None, unit: Unit) -> WorkItem:
    with unit():
        return make.work_item()


@pytest.fixture
def written() -> Callable[[], Any]:
    """Return what tells everything that a service could have written."""

    def rows() -> Any:
        counts = [model.objects.count() for model in (WorkItemEvent, AuditEvent, OutboxMessage)]
        return counts, list(WorkItem.objects.order_by("pk").values())

    return rows
