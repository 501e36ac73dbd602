"""PostgreSQL and Redis of the demo: the embedded ones, or those that DATABASE_URL and REDIS_URL name."""

import os
import signal
from dataclasses import dataclass

from tools.demo import lineage
from tools.embedded.binaries import ServerMissing
from tools.embedded.folder import NoPlace, RunFolder
from tools.embedded.postgres import Postgres
from tools.embedded.processes import ServerFailed
from tools.embedded.redis import Redis
from tools.supervise.children import Spec
from tools.supervise.supervisor import ChildFailed, Supervisor
from tools.supervise.terminal import Terminal

DATABASE = "strongroom"
SEEDING = "seeding"
"""A file that is there while the company is being made: half a company is worth nothing, so its database goes."""

_AFTER_REDIS = 2
_AFTER_PROCESSES = 1


class AddressMissing(Exception):
    """A real server is named by one address of two."""


REFUSALS = (AddressMissing, ChildFailed, lineage.OtherMigrations, NoPlace, ServerFailed, ServerMissing)
"""Why servers do not start; each says what to do."""


@dataclass(frozen=True)
class Addresses:
    """Where the servers are."""

    database: str
    owner: str
    redis: str


def addresses(folder: RunFolder) -> Addresses:
    """Return where the servers are or will be; starts nothing. Raises AddressMissing."""
    database, owner = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
    if bool(database) != bool(owner):
        message = (
            "Set both DATABASE_URL (role strongroom_app) and DATABASE_OWNER_URL (role strongroom_owner), or neither."
        )
        raise AddressMissing(message)
    postgres = Postgres(folder)
    return Addresses(
        database=database or postgres.url("app", DATABASE),
        owner=owner or postgres.url("owner", DATABASE),
        redis=os.environ.get("REDIS_URL") or Redis(folder).url(),
    )


def start(supervisor: Supervisor, folder: RunFolder, terminal: Terminal) -> Addresses:
    """Start the servers that no address names, and returns where all are."""
    found = addresses(folder)
    if not os.environ.get("DATABASE_URL"):
        _start_postgres(supervisor, folder, terminal)
    if not os.environ.get("REDIS_URL"):
        _start_redis(supervisor, Redis(folder), terminal)
    return found


def _start_postgres(supervisor: Supervisor, folder: RunFolder, terminal: Terminal) -> None:
    postgres = Postgres(folder)
    is_half = (folder.path / SEEDING).exists()
    if postgres.has_data and not is_half:
        lineage.go_on(folder)
    else:
        lineage.begin(folder)
    with terminal.step("PostgreSQL") as step:
        postgres.prepare(step)
        supervisor.start(
            Spec(
                name="postgres",
                start=postgres.popen,
                stage=_AFTER_REDIS,
                stop_signal=signal.SIGINT,
                hurry_signal=signal.SIGQUIT,
            )
        )
        postgres.wait_ready(step)
        if is_half:
            postgres.drop_database(DATABASE)
        postgres.ensure_roles_and_database(DATABASE)


def _start_redis(supervisor: Supervisor, redis: Redis, terminal: Terminal) -> None:
    with terminal.step("Redis"):
        supervisor.start(Spec(name="redis", start=redis.popen, stage=_AFTER_PROCESSES))
        redis.wait_ready()
