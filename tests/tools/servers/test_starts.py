"""The embedded servers start from nothing anywhere, again after any crash, and leave no process behind."""

import stat
from pathlib import Path

import psycopg
import pytest
import redis

from tests.tools.servers.runs import Run, as_root, running

pytestmark = pytest.mark.slow


def test_each_role_gets_in_by_its_password_and_only_by_the_socket(durable_run: Run) -> None:
    secret = (durable_run.path / "postgres-app.secret").read_text()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(durable_run.facts["app"].replace(secret, "guess"))

    names = [durable_run.ask(role, "SELECT current_user::text")[0][0] for role in ("owner", "app", "read")]
    assert names == ["strongroom_owner", "strongroom_app", "strongroom_read"]
    assert durable_run.ask("superuser", "SHOW listen_addresses") == [("",)]
    with redis.Redis.from_url(durable_run.facts["redis_url"]) as client:
        assert client.config_get("port") == {"port": "0"}


def test_only_the_servers_and_their_starter_reach_sockets_and_secrets(durable_run: Run) -> None:
    path = durable_run.path
    places = [path / "sockets", path / "postgres", path / "redis"]

    assert [stat.S_IMODE(place.stat().st_mode) for place in places] == [0o700] * 3
    assert {stat.S_IMODE(secret.stat().st_mode) for secret in path.glob("*.secret")} == {0o600}


def test_money_survives_a_power_cut(durable_run: Run) -> None:
    names = "fsync", "full_page_writes", "synchronous_commit", "data_checksums"

    found = [durable_run.ask("superuser", f"SHOW {name}")[0][0] for name in names]

    assert found == ["on"] * 4


def test_long_path_with_spaces_has_its_sockets_elsewhere(open_folder: Path) -> None:
    path = open_folder / "a folder with spaces" / "and a name, 100 % long" / ("long " * 12 + "end") / "run"
    assert len(str(path)) > 110
    for run in running(path):
        run.start()
        assert run.ask("app", "SELECT 1") == [(1,)]
        with redis.Redis.from_url(run.facts["redis_url"]) as client:
            assert client.ping()
        assert run.stop() == 0

        run.start()
        assert run.ask("superuser", "SHOW data_directory") == [(str(path / "postgres" / "data"),)]


@as_root
def test_folder_closed_to_the_servers_uid_has_its_data_elsewhere_and_keeps_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    for run in running(tmp_path / "run"):
        run.start()
        run.ask("owner", "CREATE TABLE kept (id int)")
        run.stop()

        run.start()

        assert run.ask("owner", "SELECT count(*) FROM kept") == [(0,)]
        ((data,),) = run.ask("superuser", "SHOW data_directory")
        assert not Path(data).is_relative_to(tmp_path)
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert not Path(data).exists()


def test_database_that_an_earlier_start_left_closed_is_opened_to_the_roles(run: Run) -> None:
    run.start()
    run.ask("superuser", "REVOKE CONNECT ON DATABASE strongroom FROM strongroom_app, strongroom_read")
    run.kill()
    assert run.await_no_process() == []

    run.start()

    assert [run.ask(role, "SELECT 1") for role in ("app", "read")] == [[(1,)], [(1,)]]
    assert run.stop() == 0


def test_death_of_the_starter_ends_the_servers_and_the_next_start_keeps_the_data(run: Run) -> None:
    run.start()
    run.ask("owner", "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)")

    run.kill()

    assert run.await_no_process() == []
    run.start()
    assert run.ask("owner", "SELECT id FROM kept") == [(1,)]
    assert run.stop() == 0
