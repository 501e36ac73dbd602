"""Units, and applications in each state."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from apps.compliance.models import KycApplication
from apps.core import actors, clock, db
from apps.core.actors import Actor
from apps.workflow.models import WorkItem
from tests.factories import compliance as make

Unit = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def unit() -> Unit:
    """Return what opens a unit of now."""
    return lambda: db.unit(by=actors.system("tests.compliance"), at=clock.now(), why="test")


@pytest.fixture
def draft(db: None, unit: Unit) -> KycApplication:
    with unit():
        return make.kyc_application()


@pytest.fixture
def complete(db: None, unit: Unit) -> KycApplication:
    with unit():
        return make.complete()


@pytest.fixture
def waiting(db: None, unit: Unit) -> KycApplication:
    """Return an application in review that nobody has claimed."""
    with unit():
        return make.submitted()


@pytest.fixture
def officer(db: None, unit: Unit) -> Actor:
    with unit():
        return make.reviewer()


@pytest.fixture
def other(db: None, unit: Unit) -> Actor:
    with unit():
        return make.reviewer()


@pytest.fixture
def claimed(waiting: KycApplication, officer: Actor, unit: Unit) -> tuple[KycApplication, WorkItem]:
    """Return an application that the officer holds, and the work."""
    with unit():
        return make.claimed(officer, waiting)
