"""PostgreSQL of a run folder: no TCP, scram for everybody, a child of whoever starts it."""

import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from tools.embedded import binaries
from tools.embedded.folder import RunFolder
from tools.embedded.processes import Progress, ServerFailed, end_earlier, silent, wait_until
from tools.supervise.kernel import die_with_parent

Role = Literal["owner", "app", "read", "superuser"]
ROLES: Mapping[Role, str] = {
    "owner": "strongroom_owner",
    "app": "strongroom_app",
    "read": "strongroom_read",
    "superuser": "postgres",
}
EXTENSIONS = ("pg_trgm", "btree_gist", "pg_stat_statements")
TIMEOUTS: Mapping[Role, Mapping[str, str]] = {
    "owner": {"lock_timeout": "2s"},
    "app": {
        "statement_timeout": "60s",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "10s",
        "transaction_timeout": "90s",
    },
    "read": {"statement_timeout": "30s", "lock_timeout": "1s", "idle_in_transaction_session_timeout": "10s"},
}
"""What a role's connections have unless they ask for less, as the web does."""

_SOCKET_LOCK = ".s.PGSQL.5432.lock"
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "jit": "off",
    "shared_preload_libraries": "pg_stat_statements",
    "track_io_timing": "on",
}
_DURABLE = {
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "1GB",  # a demo writes little; a site of its own has 4 GB or more
    "checkpoint_timeout": "15min",
}
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}
_COLLATION = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


class Postgres:
    """The server of one run folder. `durable=False` trades safety of the data for speed: tests only."""

    def __init__(self, folder: RunFolder, *, durable: bool = True) -> None:
        self._folder = folder
        self._durable = durable
        self._process: subprocess.Popen[Any] | None = None

    def prepare(self, progress: Progress = silent) -> None:
        """Make the data folder once. Raises ServerMissing, ServerFailed."""
        end_earlier(self._data / "postmaster.pid", self._data, signal.SIGINT, progress)
        (self._folder.socket_dir / _SOCKET_LOCK).unlink(missing_ok=True)
        if self._data.exists():
            return
        progress("making the data folder")
        draft, password = self._home / "draft", self._home / "password"
        if draft.exists():
            shutil.rmtree(draft)
        password.touch(mode=0o600)
        password.write_text(self._folder.secret("postgres-superuser"))
        if self._folder.uid:
            shutil.chown(password, self._folder.uid, self._folder.uid)
        try:
            self._initdb(draft, password)
        finally:
            password.unlink()
        draft.rename(self._data)

    def argv(self) -> list[str]:
        """Return the command of the server."""
        settings = {
            **_SETTINGS,
            **(_DURABLE if self._durable else _FAST),
            "unix_socket_directories": '"{}"'.format(str(self._folder.socket_dir).replace('"', '""')),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(binaries.postgres(self._folder) / "postgres"), "-D", str(self._data), *options]

    def env(self) -> dict[str, str]:
        """Return the environment of the server: nothing of the caller's."""
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

    def popen(self, **options: Any) -> "subprocess.Popen[Any]":
        """Start the server as a child that shuts down with this process; call it from the main thread."""
        self._process = subprocess.Popen(
            self.argv(),
            stdin=subprocess.DEVNULL,
            preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - only from the main thread
            **self._options(),
            **options,
        )
        return self._process

    def wait_ready(self, progress: Progress = silent) -> None:
        """Wait until the server takes logins, also through the recovery after a crash. Raises ServerFailed."""
        wait_until(self._refusal, self._process, "PostgreSQL", progress)

    def ensure_roles_and_database(self, name: str) -> None:
        """Make the three roles, with their passwords, and the database, as far as they are missing."""
        with self.connect() as connection:
            for role in ("owner", "app", "read"):
                self._ensure_role(connection, role)
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found is None:
            self.create_database(name)
        else:
            # An earlier start may have ended between the two.
            self._open_to_roles(name)
        with self.connect(name) as connection:
            for extension in EXTENSIONS:
                connection.execute(
                    sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA public").format(sql.Identifier(extension))
                )
            connection.execute("ALTER SCHEMA public OWNER TO strongroom_owner")
            connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
            connection.execute("GRANT USAGE ON SCHEMA public TO strongroom_app, strongroom_read")

    def create_database(self, name: str, *, template: str = "template1") -> None:
        """Make a database of strongroom_owner, open to the three roles only; rights are not part of a template."""
        database = sql.Identifier(name)
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER strongroom_owner TEMPLATE {}").format(
                    database, sql.Identifier(template)
                )
            )
        self._open_to_roles(name)

    def _open_to_roles(self, name: str) -> None:
        database = sql.Identifier(name)
        with self.connect() as connection:
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO strongroom_app, strongroom_read").format(database)
            )

    def drop_database(self, name: str) -> None:
        """Remove a database and end whoever uses it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def connect(self, database: str = "postgres") -> "psycopg.Connection[Any]":
        """Return a connection of the superuser, each statement a transaction of its own."""
        return psycopg.connect(self.url("superuser", database), autocommit=True, connect_timeout=10)

    def url(self, role: Role, database: str = "strongroom") -> str:
        """Return the address for the role; it is the same before the first start and after every other."""
        password = self._folder.secret(f"postgres-{role}")
        query = urlencode({"host": str(self._folder.socket_dir)}, quote_via=quote)
        return f"postgresql://{ROLES[role]}:{password}@/{quote(database)}?{query}"

    @property
    def has_data(self) -> bool:
        """Whether there is a data folder from an earlier start."""
        return self._data.exists()

    @property
    def _home(self) -> Path:
        return self._folder.place("postgres")

    @property
    def _data(self) -> Path:
        return self._home / "data"

    def _options(self) -> dict[str, Any]:
        return {"env": self.env(), "umask": 0o077, **self._folder.identity}

    def _initdb(self, target: Path, password: Path) -> None:
        command = [
            str(binaries.postgres(self._folder) / "initdb"),
            f"--pgdata={target}",
            f"--username={ROLES['superuser']}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            *_COLLATION,
            *(() if self._durable else ("--no-sync",)),
        ]
        done = subprocess.run(command, check=False, capture_output=True, text=True, **self._options())
        if done.returncode:
            message = f"initdb failed:\n{done.stderr.strip()}"
            raise ServerFailed(message)

    def _refusal(self) -> str | None:
        """Why the server takes no login yet, in its own words; a wrong password is no reason to wait."""
        try:
            self.connect().close()
        except psycopg.OperationalError as error:
            if "password" in str(error):
                raise
            _, fatal, words = str(error).rpartition("FATAL:")
            return words.strip() if fatal else "starting"
        return None

    def _ensure_role(self, connection: "psycopg.Connection[Any]", role: Role) -> None:
        name = sql.Identifier(ROLES[role])
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLES[role]]).fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {}").format(name))
        connection.execute(
            sql.SQL(
                "ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}"
            ).format(name, sql.Literal(self._folder.secret(f"postgres-{role}")))
        )
        for setting, value in TIMEOUTS[role].items():
            connection.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(setting), value))
