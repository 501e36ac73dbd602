"""A small program for the servers' tests: `embedded.py FOLDER [durable]` starts both and ends them with its input."""

import json
import signal
import sys
from pathlib import Path

from tools.embedded.folder import FolderBusy, RunFolder
from tools.embedded.postgres import Postgres
from tools.embedded.redis import Redis


def main(path: Path, *, durable: bool) -> None:
    folder = RunFolder(path)
    folder.lock()
    postgres, redis = Postgres(folder, durable=durable), Redis(folder)
    postgres.prepare()
    with (folder.path / "servers.log").open("ab") as log:
        running = postgres.popen(stdout=log, stderr=log, process_group=0)
        postgres.wait_ready()
        postgres.ensure_roles_and_database("strongroom")
        cache = redis.popen(stdout=log, stderr=log, process_group=0)
        redis.wait_ready()
    urls = {role: postgres.url(role) for role in ("owner", "app", "read", "superuser")}
    facts = {"postgres": running.pid, "redis": cache.pid, "redis_url": redis.url(), **urls}
    sys.stdout.write(f"{json.dumps(facts)}\n")
    sys.stdout.flush()
    sys.stdin.read()
    cache.terminate()
    running.send_signal(signal.SIGINT)
    sys.exit(cache.wait() or running.wait())


try:
    main(Path(sys.argv[1]), durable="durable" in sys.argv)
except FolderBusy as error:
    sys.exit(str(error))
