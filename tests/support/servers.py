"""PostgreSQL and Redis of one test run: started before anything reads the settings, ended with the process."""

import os
import signal
import subprocess
from pathlib import Path

import django
from redis import Redis as Client

from apps.core.crypto import new_key_ring_json
from tools.embedded.folder import FolderBusy, RunFolder
from tools.embedded.postgres import Postgres
from tools.embedded.processes import Progress
from tools.embedded.redis import Redis

ROOT = Path(__file__).parents[2]
FOLDER = "STRONGROOM_TEST_RUN"
DATABASE = "strongroom"
SETTINGS = "tests.support.settings"
_MOST_RUNS = 20
_GRACE_S = 10.0


def enter() -> RunFolder:
    """Return the folder of this run: claimed here, or by the process that started this worker. Sets Django up."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = RunFolder(Path(os.environ[FOLDER]))
    else:
        folder = claim()
        export(folder)
    django.setup()
    return folder


def claim() -> RunFolder:
    """Return a locked folder: the usual one, whose template is kept, or another while a second run is under way."""
    base = Path(os.environ.get("STRONGROOM_RUN") or ROOT / ".run").absolute()
    for number in range(1, _MOST_RUNS):
        folder = RunFolder(base / ("tests" if number == 1 else f"tests-{number}"))
        try:
            folder.lock()
        except FolderBusy:
            continue
        return folder
    raise FolderBusy(base / "tests")


def export(folder: RunFolder) -> None:
    """Set the environment that the settings read, for this process and those below."""
    postgres = Postgres(folder, durable=False)
    key_ring = folder.path / "key-ring.json"
    if not key_ring.exists():
        key_ring.touch(mode=0o600)
        key_ring.write_text(new_key_ring_json())
    os.environ.update(
        {
            FOLDER: str(folder.path),
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "DATABASE_URL": postgres.url("app", DATABASE),
            "DATABASE_OWNER_URL": postgres.url("owner", DATABASE),
            "REDIS_URL": Redis(folder).url(),
            "SECRET_KEY": folder.secret("secret-key") * 2,
            "KEY_RING_FILE": str(key_ring),
            "EMAIL_URL": f"spool://{folder.path / 'mail'}",
            "BLOB_DIR": str(folder.path / "blobs"),
            "STRIPE_API_BASE": "http://127.0.0.1:9",
            "STRIPE_SECRET_KEY": "sk_test_simulated",
            "STRIPE_WEBHOOK_SECRET": "whsec_simulated",
            "TLS": "0",
            "DEMO": "0",
        }
    )


class Servers:
    """The two servers. They are children of this process and end with it, also when it is killed."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._running: list[tuple[subprocess.Popen[bytes], signal.Signals]] = []

    def start(self, progress: Progress) -> None:
        """Start both, empty but for the templates."""
        redis = Redis(self._folder)
        with (self._folder.path / "servers.log").open("wb") as log:
            self._running.append((redis.popen(stdout=log, stderr=log, process_group=0), signal.SIGTERM))
            postgres = self.start_postgres(self._folder, log.fileno(), progress)
        redis.wait_ready()
        with Client.from_url(redis.url()) as client:
            client.flushall()
        with postgres.connect() as connection:
            for (name,) in connection.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'test\_%'"):
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def start_postgres(self, folder: RunFolder, log: int, progress: Progress) -> Postgres:
        """Start a PostgreSQL in that folder, with the roles and an empty database."""
        postgres = Postgres(folder, durable=False)
        postgres.prepare(progress)
        self._running.append((postgres.popen(stdout=log, stderr=log, process_group=0), signal.SIGINT))
        postgres.wait_ready(progress)
        postgres.ensure_roles_and_database(DATABASE)
        return postgres

    def stop(self) -> None:
        """End what was started."""
        for process, signum in self._running:
            process.send_signal(signum)
        for process, _ in self._running:
            try:
                process.wait(_GRACE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()
