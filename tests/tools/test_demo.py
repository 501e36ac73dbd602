"""The demo finds free ports, takes a folder of its own, and leaves alone what the caller has set."""

import io
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from apps.core import outbox
from apps.notifications.enums import Lane
from config.celery import SCHEDULE
from tools.demo import environment, folders, plan, ports, servers, status
from tools.demo.screen import screen as screen_text
from tools.embedded.folder import RunFolder
from tools.supervise import processes
from tools.supervise.terminal import Terminal

KNOWN = servers.Addresses("postgresql:///a", "postgresql:///b", "redis:///")


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

    with pytest.raises(ports.PortRefused, match="is taken"):
        ports.choose(Terminal(screen))


@pytest.mark.parametrize("asked", ["0", "65536", "-1", "http", ""])
def test_port_that_is_none_is_refused(screen: io.StringIO, monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv("PORT", asked)

    with pytest.raises(ports.PortRefused, match="is not a port"):
        ports.choose(Terminal(screen))


def test_usual_port_that_is_taken_gives_way_and_is_named(
    screen: io.StringIO, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = port_of(listener)
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setattr(ports.Ports.__init__, "__defaults__", (taken, 2525, 8025, 8026, 8001, 8002))

    chosen = ports.choose(Terminal(screen))

    assert chosen.web > taken
    assert f"  Port {taken} is taken; HTTP uses {chosen.web}.\n" in screen.getvalue()


def test_reserved_ports_are_not_free_for_others_but_open_to_the_own_server(listener: socket.socket) -> None:
    web = port_of(listener)
    listener.close()
    chosen = ports.Ports(*range(web, web + 6))

    with ports.Reserved(chosen) as reserved:
        before = [ports.is_free(port) for port in range(web, web + 6)]
        for port in (chosen.web, chosen.metrics):
            socket.create_server((ports.HOST, port), reuse_port=True).close()
        reserved.release_others()
        for port in (chosen.mail_smtp, chosen.mail_web, chosen.stripe, chosen.sockets):
            socket.create_server((ports.HOST, port)).close()
        between = [ports.is_free(port) for port in range(web, web + 6)]
    after = [ports.is_free(port) for port in range(web, web + 6)]

    assert before == between == [False] * 6
    assert after == [True] * 6


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

    env = environment.build(folder, KNOWN, ports.Ports())

    assert env["ALLOWED_HOSTS"] == "demo.example"
    assert "SECRET_KEY" not in env
    assert env["DEMO"] == "1"


def test_measures_of_earlier_runs_are_removed_and_those_of_this_run_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    folder = RunFolder(tmp_path)
    found = Path(environment.build(folder, KNOWN, ports.Ports())["PROMETHEUS_MULTIPROC_DIR"])
    (found / "counter_1.db").touch()
    environment.build(folder, KNOWN, ports.Ports())
    kept = list(found.iterdir())

    environment.empty_metrics(folder)
    environment.build(folder, KNOWN, ports.Ports())

    assert kept == [found / "counter_1.db"]
    assert list(found.iterdir()) == []


def test_every_queue_has_one_worker_and_codes_wait_behind_nothing_else() -> None:
    served = [queue for queues in plan.QUEUES.values() for queue in queues]
    sent_to = {*Lane, *(timed.queue for timed in SCHEDULE.values()), *(one.queue for one in outbox.handlers())}

    assert sorted(served) == sorted(set(served))
    assert sent_to - set(served) == set()
    assert plan.QUEUES["codes"] == (Lane.MAIL_FAST,)


def test_status_and_screen_show_where_each_process_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STRONGROOM_RUN", str(tmp_path))
    chosen = ports.Ports(web=18000)
    own = processes.read(os.getpid())
    assert own is not None
    entries = [{"name": spec.name, "pid": own.pid, "restarts": 0} for spec in plan.specs({}, chosen)]
    roster = {"supervisor": {"pid": own.pid, "started": own.started}, "processes": entries, "ports": asdict(chosen)}
    (tmp_path / folders.ROSTER).write_text(json.dumps(roster))

    code = status.status()

    rows = [line.split() for line in capsys.readouterr().out.splitlines()[3:-1]]
    assert code == 0
    assert [(row[0], row[2]) for row in rows] == [
        ("web", "18000"),
        ("sockets", "8001"),
        ("worker", "-"),
        ("codes", "-"),
        ("beat", "-"),
        ("metrics", "8002"),
        ("simulators", "2525,"),
        ("supervisor", "-"),
    ]
    assert "  Measures    http://127.0.0.1:8002/metrics " in screen_text(chosen, ".run", customers=[], staff=[])


def test_key_ring_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEY_RING_FILE", raising=False)
    folder = RunFolder(tmp_path)
    first = Path(environment.build(folder, KNOWN, ports.Ports())["KEY_RING_FILE"]).read_text()

    path = Path(environment.build(folder, KNOWN, ports.Ports())["KEY_RING_FILE"])

    assert path.read_text() == first
    assert path.stat().st_mode & 0o777 == 0o600


def test_one_address_of_two_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/strongroom")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)

    with pytest.raises(servers.AddressMissing, match="DATABASE_OWNER_URL"):
        servers.addresses(RunFolder(tmp_path))
