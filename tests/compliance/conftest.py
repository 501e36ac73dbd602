"""Units, applications in each state, and everything that a refused call could have written."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.files.storage import default_storage

from apps.accounts.models import Customer
from apps.compliance.models import Document, InformationRequest, KycApplication
from apps.core import actors, clock, db
from apps.core.actors import Actor
from apps.core.models import AuditEvent, OutboxMessage
from apps.workflow.models import WorkItem, WorkItemEvent
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


@pytest.fixture
def written() -> Callable[[], Any]:
    """Return what tells everything that a service could have written, blobs included."""

    def rows() -> Any:
        logs = [model.objects.count() for model in (WorkItemEvent, AuditEvent, OutboxMessage)]
        tables = [
            list(model._base_manager.order_by("pk").values())
            for model in (KycApplication, Document, InformationRequest, WorkItem, Customer)
        ]
        return logs, tables, blobs()

    return rows


def blobs() -> list[str]:
    """Return the names of all stored images."""
    return sorted(default_storage.listdir("kyc")[1]) if default_storage.exists("kyc") else []
