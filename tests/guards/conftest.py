"""What the guards of tables share: any role on rows that are undone, and the database's catalogue."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.support import database, roles
from tests.support.catalog import Catalog
from tools.embedded.postgres import Postgres

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="session")
def superuser_connection(
    django_db_setup: None, postgres: Postgres, django_db_blocker: "DjangoDbBlocker"
) -> Iterator[BaseDatabaseWrapper]:
    made = roles.superuser(postgres, f"test_{database.worker()}")
    yield made
    with django_db_blocker.unblock():
        made.close()


@pytest.fixture
def any_role(superuser_connection: BaseDatabaseWrapper, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """Let the test write as the processes' role and try as any; all of it is undone."""
    with django_db_blocker.unblock(), roles.rolled_back(superuser_connection):
        yield


@pytest.fixture(scope="session")
def catalog(superuser_connection: BaseDatabaseWrapper) -> Catalog:
    """Return the catalogue; ask it inside `any_role`."""
    return Catalog()
