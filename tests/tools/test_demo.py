"""The demo finds free ports, takes a folder of its own, and leaves alone what the caller has set."""

import io
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.demo import environment, folders, ports, servers
from tools.embedded.folder import RunFolder
from tools.supervise.terminal import Terminal


@pytest.fixture
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server((ports.HOST, 0)) as found:
        yield found


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def test_port_that_is_asked_for_is_used(
    screen: io.StringIO, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = port_of(listener)
    listener.close()
    monkeypatch.setenv("PORT", str(free))

    assert ports.choose(Terminal(screen)).url == f"http://127.0.0.1:{free}"


def test_taken_port_that_is_asked_for_is_refused(
    screen: io.StringIO, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", str(port_of(listener)))

    with pytest.raises(ports.PortTaken, match="cannot be used"):
        ports.choose(Terminal(screen))


@pytest.mark.parametrize("asked", ["0", "65536", "-1", "http", ""])
def test_port_that_is_none_is_refused(screen: io.StringIO, monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv("PORT", asked)

    with pytest.raises(ports.PortTaken, match="not a port"):
        ports.choose(Terminal(screen))


def test_usual_port_that_is_taken_gives_way_and_is_named(
    screen: io.StringIO, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = port_of(listener)
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setattr(ports.Ports.__init__, "__defaults__", (taken, 2525, 8025, 8026, 8001))

    chosen = ports.choose(Terminal(screen))

    assert chosen.web > taken
    assert f"  Port {taken} is taken; HTTP uses {chosen.web}.\n" in screen.getvalue()


def test_reserved_ports_are_not_free_for_others_but_open_to_the_own_server(listener: socket.socket) -> None:
    web = port_of(listener)
    listener.close()
    chosen = ports.Ports(web=web, mail_smtp=web + 1, mail_web=web + 2, stripe=web + 3, sockets=web + 4)

    with ports.Reserved(chosen) as reserved:
        before = [ports.is_free(port) for port in range(web, web + 5)]
        reserved.release_others()
        after = [ports.is_free(port) for port in range(web, web + 5)]
        socket.create_server((ports.HOST, web), reuse_port=True).close()

    assert before == [False] * 5
    assert after == [False, True, True, True, True]


def test_second_demo_takes_a_folder_of_its_own(
    screen: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRONGROOM_RUN", str(tmp_path / "run"))
    first = folders.claim(Terminal(screen))

    second = folders.claim(Terminal(screen))

    assert [first.path.name, second.path.name] == ["run", "run-2"]
    assert f"STRONGROOM_RUN={tmp_path / 'run-2'} make demo-status" in screen.getvalue()


def test_environment_keeps_what_the_caller_has_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "demo.example")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("SECRET_KEY_FILE", "/secret")
    monkeypatch.delenv("DEMO", raising=False)
    folder = RunFolder(tmp_path)

    env = environment.build(folder, servers.Addresses("postgresql:///a", "postgresql:///b", "redis:///"), ports.Ports())

    assert env["ALLOWED_HOSTS"] == "demo.example"
    assert "SECRET_KEY" not in env
    assert env["DEMO"] == "1"


def test_key_ring_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEY_RING_FILE", raising=False)
    folder = RunFolder(tmp_path)
    known = servers.Addresses("postgresql:///a", "postgresql:///b", "redis:///")
    first = Path(environment.build(folder, known, ports.Ports())["KEY_RING_FILE"]).read_text()

    path = Path(environment.build(folder, known, ports.Ports())["KEY_RING_FILE"])

    assert path.read_text() == first
    assert path.stat().st_mode & 0o777 == 0o600


def test_one_address_of_two_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/strongroom")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)

    with pytest.raises(servers.AddressMissing, match="DATABASE_OWNER_URL"):
        servers.addresses(RunFolder(tmp_path))
