"""How many connections one address may have; others are not let in by it, and it does not keep others out."""

import pytest

from tests.support import database
from tests.support.live import PROTOCOL, Live

MOST = 50
CROWDED, QUIET = "203.0.113.7", "203.0.113.8"


@pytest.fixture(scope="module")
def live(postgres, committed_database, tmp_path_factory):
    """Return a server of sockets behind a proxy on this machine, with the waits of the product."""
    ours = {"DJANGO_SETTINGS_MODULE": "tests.e2e.settings", "PROXIES": "127.0.0.1"}
    server = Live(database.environment(postgres, committed_database) | ours, tmp_path_factory.mktemp("crowds"))
    try:
        server.wait_ready()
        yield server
    finally:
        server.stop()


def test_an_address_has_so_many_connections_and_no_more(ada):
    crowd = [ada.connect(caller=CROWDED) for _ in range(MOST)]

    assert ada.connect(caller=CROWDED).ended() == 1013
    assert ada.connect(caller=QUIET).ask("hello", {"ticket": ada.ticket()})["t"] == "welcome"
    assert {socket.connection.subprotocol for socket in crowd} == {PROTOCOL}
    assert crowd[-1].ask("hello", {"ticket": ada.ticket()})["t"] == "welcome"
