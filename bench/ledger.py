"""The books under load: `python -m bench.ledger`, run by `make bench-ledger` with a server of its own.

Writers are processes that post through the gateway as fast as they are answered, with all guards on and the follower
sealing beside them; only what was acknowledged counts. pgbench's TPC-B on the same server is the yardstick. Time of
processors for each transfer is the figure to compare: a neighbour on the machine changes rates far more than that.

`server` is all of the server's time, the follower's connection too; `follower` is that connection and its process;
`copy` writes the same entries by COPY, unguarded, as the ceiling. Batches over HTTP are measured by `bench.api`; holds
are not measured yet.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from bench.books import plan, report, yardstick
from bench.books.meters import Meters, missing_promises

if TYPE_CHECKING:
    from bench.books.server import Server

_NOT_DURABLE = 2
_GONE_S = 0.5
"""After so long the server has counted what its ended connections used."""


class Run:
    """One run: what was measured so far, and what is true of all of it."""

    def __init__(self, server: "Server", profile: plan.Profile) -> None:
        self.lines: list[report.Line] = []
        self.is_idle = os.getloadavg()[0] < _cores()
        self._server, self._profile = server, profile
        with server.app() as connection:
            meters = Meters(connection)
            self.settings = meters.settings()
            self._facts = {
                "cores": _cores(),
                "pg_version": meters.version(),
                "git": _commit(),
                "settings": self.settings,
                "guards": meters.guards(),
            }

    def measure(self, people: plan.People, cells: tuple[plan.Cell, ...]) -> None:
        """Print a line for each cell, with the yardstick before, between and after."""
        env = self._server.yardstick()
        yardstick.prepare(env)
        scenarios = [list(group) for _, group in itertools.groupby(cells, key=lambda cell: cell.scenario)]
        middle = (len(scenarios) + 1) // 2
        for half in (scenarios[:middle], scenarios[middle:]):
            self._compare(env)
            for scenario in half:
                self._scenario(scenario, people)
        self._compare(env)

    def finish(self) -> int:
        """Print what it all came to and return the exit code."""
        told = report.summary(self.lines, is_idle=self.is_idle)
        print(json.dumps({**told, **self._facts}), flush=True)
        print(report.table(self.lines), file=sys.stderr)
        print(f"missed: {', '.join(told['missed']) or 'nothing'}", file=sys.stderr)
        return report.code(told)

    def _scenario(self, cells: list[plan.Cell], people: plan.People) -> None:
        from bench.books import cells as measuring  # noqa: PLC0415 - app-ready
        from bench.books import server  # noqa: PLC0415 - app-ready

        with self._server.scenario(), self._server.app() as connection:
            meters = Meters(connection)
            measured = [measuring.measure(cell, people, self._profile, meters) for cell in cells]
            invariants = server.broken()
        for line in measured:
            self._print(report.closed(line, invariants))

    def _compare(self, env: dict[str, str]) -> None:
        with self._server.app() as connection:
            meters = Meters(connection)
            for clients in yardstick.CLIENTS:
                before = meters.server_s()
                yard = yardstick.run(env, clients, self._profile.yardstick_s)
                time.sleep(_GONE_S)
                used = meters.server_s() - before
                self._print(
                    {
                        "bench": "ledger",
                        "name": "yardstick",
                        "clients": clients,
                        "per_s": round(yard.per_s, 1),
                        "server_cpu_us_per_transfer": report.each(used, yard.transactions, 1e-6)
                        if meters.is_local
                        else None,
                    }
                )

    def _print(self, line: dict[str, Any]) -> None:
        self.lines.append(line)
        print(json.dumps({**line, **self._facts}), flush=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _commit() -> str:
    root = Path(__file__).resolve().parent
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=root, check=False, capture_output=True, text=True
    )
    return done.stdout.strip()


def main() -> int:
    """Print one line for each measurement; return 1 for a missed floor, 2 without durability, 3 for broken books."""
    options = argparse.ArgumentParser(prog="python -m bench.ledger", description=__doc__)
    options.add_argument("--profile", choices=["quick", "full"], default="quick", help="minutes, or half an hour")
    options.add_argument("--only", default="", help="measure the cells alone whose name has these letters")
    given = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    from bench.books.server import Server  # noqa: PLC0415 - app-ready

    server, profile = Server(), plan.profile(given.profile)
    run = Run(server, profile)
    if missing := missing_promises(run.settings):
        print(f"Off on this server: {', '.join(missing)}. What is not kept is not measured.", file=sys.stderr)
        return _NOT_DURABLE
    try:
        run.measure(server.prepare(), tuple(cell for cell in profile.cells if given.only in cell.name))
    finally:
        server.clear()
    return run.finish()


if __name__ == "__main__":
    sys.exit(main())
