"""The servers and databases of the tests. The environment comes first: with it, other modules may import models."""

import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.db import models

from tests.support import servers
from tools.embedded.binaries import ServerMissing
from tools.embedded.folder import RunFolder
from tools.embedded.postgres import Postgres
from tools.supervise.terminal import Terminal

FOLDER = servers.enter()

from tests.support import bans, database, kinds, outside  # noqa: E402
from tests.support.catalog import Catalog  # noqa: E402
from tests.support.ground import Ground, superuser  # noqa: E402
from tests.support.live import Live  # noqa: E402
from tests.support.web import Web  # noqa: E402

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from pytest_django.plugin import DjangoDbBlocker

_SERVERS = pytest.StashKey[servers.Servers]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the servers in the controlling process, before its workers."""
    outside.refuse_connections_in_units()
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    running = config.stash[_SERVERS] = servers.Servers(FOLDER)
    try:
        with Terminal(sys.stderr).step("Servers of the tests") as step:
            running.start(step)
    except ServerMissing as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers."""
    if running := config.stash.get(_SERVERS, None):
        running.stop()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Refuse tests that could not clean up after themselves."""
    report = yield
    if found := bans.complaints(node for node in report.result or () if isinstance(node, pytest.Item)):
        report.outcome, report.longrepr, report.result = "failed", "\n".join(found), []
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of the second cluster together, where groups are asked for."""
    for item in items:
        if item.get_closest_marker("own_cluster"):
            item.add_marker(pytest.mark.xdist_group("own_cluster"))


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """Return the server of this run."""
    return Postgres(FOLDER, durable=False)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, postgres: Postgres) -> None:
    """Give this worker a database of its own, in which nothing is ever committed."""
    database.point(postgres, database.clone(postgres, f"test_{database.worker()}"))


@pytest.fixture(scope="session")
def committed_database(
    django_test_environment: None, postgres: Postgres, django_db_blocker: "DjangoDbBlocker"
) -> Iterator[str]:
    """Return the name of this worker's database of real commits, made when the first test asks.

    Nothing of it is ever cleaned up, so at the end all that must always hold still does: history, books, rights.
    """
    name = database.clone(postgres, f"test_{database.worker()}_committed")
    yield name
    with django_db_blocker.unblock(), database.pointed(postgres, name):
        call_command("check_invariants")


@pytest.fixture(scope="session")
def own_cluster() -> Iterator[tuple[Postgres, str]]:
    """Return a second server and its database, for what any open transaction of a server would delay."""
    folder = RunFolder(FOLDER.path / f"own-{database.worker()}")
    running = servers.Servers(folder)
    with (folder.made() / "servers.log").open("wb") as log:
        second = running.start_postgres(folder, log.fileno(), lambda _: None)
    try:
        yield second, database.clone(second, "test_committed")
    finally:
        running.stop()


@pytest.fixture
def committed_db(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: "DjangoDbBlocker"
) -> Iterator[None]:
    """Let the test commit, in a database that keeps everything; its threads close their connections themselves."""
    if request.node.get_closest_marker("own_cluster"):
        server, name = request.getfixturevalue("own_cluster")
    else:
        server, name = request.getfixturevalue("postgres"), request.getfixturevalue("committed_database")
    with django_db_blocker.unblock(), database.pointed(server, name):
        yield


@pytest.fixture(scope="session")
def superuser_connection(
    django_db_setup: None, postgres: Postgres, django_db_blocker: "DjangoDbBlocker"
) -> Iterator["BaseDatabaseWrapper"]:
    """Return a connection to the ordinary tests' database that may take any role."""
    made = superuser(postgres, f"test_{database.worker()}")
    yield made
    with django_db_blocker.unblock():
        made.close()


@pytest.fixture(scope="module")
def ground(superuser_connection: "BaseDatabaseWrapper", django_db_blocker: "DjangoDbBlocker") -> Iterator[Ground]:
    """Return the transaction in which the module's tests try things as any role."""
    made = Ground(superuser_connection)
    with django_db_blocker.unblock():
        made.begin()
    yield made
    with django_db_blocker.unblock():
        made.undo()


@pytest.fixture
def any_role(ground: Ground, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """Let the test write as the processes' role and try as any, by `support.roles`; all of it is undone."""
    with django_db_blocker.unblock(), ground.savepoint():
        yield


@pytest.fixture
def row(ground: Ground, model: kinds.Model, django_db_blocker: "DjangoDbBlocker") -> Iterator[models.Model]:
    """Return a row of the test's model, with all that `any_role` gives."""
    with django_db_blocker.unblock():
        found = ground.row(model)
        with ground.savepoint():
            yield found


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Return what the database says of its tables; ask it inside `any_role`."""
    return Catalog()


@pytest.fixture(scope="session")
def web(postgres: Postgres, committed_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Return a real server on the committed database; its mails are in `web.mails()`."""
    server = Web(database.environment(postgres, committed_database), tmp_path_factory.mktemp("web"))
    try:
        server.wait_ready()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def live(postgres: Postgres, committed_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Return a real server of sockets on the committed database."""
    server = Live(database.environment(postgres, committed_database), tmp_path_factory.mktemp("live"))
    try:
        server.wait_ready()
        yield server
    finally:
        server.stop()
