"""A site for tests in a browser: HTTP and sockets that know each other, on a database of their own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from apps.accounts.models import User
from apps.core import clock, ids
from apps.helpdesk.selectors import rooms
from apps.helpdesk.services import chats
from config.settings import STORAGES
from tests.factories import accounts, helpdesk
from tests.support import chromium, database, staff
from tests.support.live import Live
from tests.support.people import CONSUMER, Person, sign_in
from tests.support.units import unit
from tests.support.web import HOST, Web, free_port
from tools.embedded.postgres import Postgres

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper
    from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="session")
def site_database(django_test_environment: None, postgres: Postgres) -> str:
    """Return the name of a database of real commits."""
    chromium.program()
    return database.clone(postgres, f"test_{database.worker()}_site")


@pytest.fixture(scope="session")
def doors(
    postgres: Postgres, site_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Web, Live]]:
    """Return the servers of HTTP and of sockets."""
    port, folder = free_port(), tmp_path_factory.mktemp("site")
    env = {**database.environment(postgres, site_database), "DJANGO_SETTINGS_MODULE": "tests.e2e.settings"}
    live = Live(env, folder, origin=f"http://{HOST}:{port}")
    web = Web({**env, "PUBLIC_WS_URL": live.url}, folder, port=port)
    try:
        live.wait_ready()
        web.wait_ready()
        yield web, live
    finally:
        web.stop()
        live.stop()


@pytest.fixture
def site(
    doors: tuple[Web, Live],
    postgres: Postgres,
    site_database: str,
    settings: "SettingsWrapper",
    django_db_blocker: "DjangoDbBlocker",
) -> Iterator[str]:
    """Return the address of the site, and let the test commit in its database and keep files where it looks."""
    settings.STORAGES = STORAGES
    with django_db_blocker.unblock(), database.pointed(postgres, site_database):
        yield doors[0].url


@pytest.fixture
def session_of(site: str, settings: "SettingsWrapper") -> Callable[[User], chromium.Session]:
    """Return what gives the cookie of a member of staff who is signed in."""

    def session(member: User) -> chromium.Session:
        name = settings.SESSION_COOKIE_NAME
        return name, staff.entered(member).cookies[name].value

    return session


@dataclass
class Asking(Person):
    """A customer who asks at the desk."""

    def asks(self, body: str) -> str:
        """Begin a chat and return its room."""
        chat = chats.request(body=body, client_msg_id=ids.new(), by=self.by, at=clock.now())
        return rooms.of(chat.ref).ref


@pytest.fixture
def customer_at(site: str, doors: tuple[Web, Live]) -> Callable[[str], Asking]:
    """Return what makes a customer of some name, signed in."""

    def make(name: str) -> Asking:
        with unit():
            customer = accounts.customer(name=name)
        return Asking(helpdesk.as_customer(customer), sign_in(customer.user, CONSUMER), doors[1], "support")

    return make
