"""One measurement: writers, the follower, and what both have used by the end."""

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.management import call_command
from django.db import connection

from apps.ledger.selectors import chain
from bench.books import report, server
from bench.books.meters import Meters, Reading
from bench.books.plan import Cell, People, Profile
from bench.books.writers import Crew, Tally

_FOLLOWER: Final = "bench-follower"
_LOOK_S: Final = 0.5
_FORK: Final = multiprocessing.get_context("fork")


def measure(cell: Cell, people: People, profile: Profile, meters: Meters) -> report.Line:
    """Let the writers of a cell post, and return its line, without what the books say at the end."""
    load_before, deadlocks = os.getloadavg()[0], meters.deadlocks()
    begins = time.perf_counter() + profile.warm_up_s
    ends = begins + profile.seconds
    with _follower() as follower:
        crew = Crew(cell, people, counts_from=begins, until=ends)
        _sleep_until(begins)
        first = meters.read(crew.pids, follower, _FOLLOWER)
        lag = _lag_until(ends)
        used = meters.read(crew.pids, follower, _FOLLOWER).since(first)
        tally = crew.tally()
    drain_s = server.drained()
    return {
        "bench": "ledger",
        "name": cell.name,
        "scenario": cell.scenario,
        "path": cell.path,
        "batch": cell.batch,
        "writers": cell.writers,
        "accounts": len(people.wallets),
        "seconds": profile.seconds,
        **_figures(tally, used, profile.seconds, is_local=meters.is_local),
        "deadlocks": meters.deadlocks() - deadlocks,
        "follower_lag_max_s": lag,
        "drain_s": round(drain_s, 2),
        "load_before": round(load_before, 2),
        "load_after": round(os.getloadavg()[0], 2),
    }


def _figures(tally: Tally, used: Reading, seconds: float, *, is_local: bool) -> report.Line:
    ordered = [second * 1_000 for second in sorted(tally.seconds)]
    posted = tally.posted
    return {
        "transfers": posted,
        "transfers_per_s": round(posted / seconds, 1),
        "calls_per_s": round(len(ordered) / seconds, 1),
        "p50_ms": _rounded(report.share(ordered, 0.50)),
        "p99_ms": _rounded(report.share(ordered, 0.99)),
        "server_cpu_us_per_transfer": report.each(used.server_s, posted, 1e-6) if is_local else None,
        "client_cpu_us_per_transfer": report.each(used.clients_s, posted, 1e-6),
        "follower_cpu_us_per_transfer": report.each(used.follower_s, posted, 1e-6),
        "bytes_per_transfer": report.each(used.room, posted),
        "wal_bytes_per_transfer": report.each(used.wal, posted),
        "refused": tally.refused,
        "errors": tally.errors,
        "first_error": tally.first_error,
        "retries": tally.retries,
    }


@contextmanager
def _follower() -> Iterator[int | None]:
    """Seal beside the writers as in production, by a process of its own whose connection has a name."""
    connection.close()
    process = _FORK.Process(target=_follow, daemon=True)
    process.start()
    try:
        yield process.pid
    finally:
        process.terminate()
        process.join()


def _follow() -> None:
    os.environ["PGAPPNAME"] = _FOLLOWER
    call_command("follow_ledger")


def _lag_until(ends: float) -> int:
    """Return the largest age of an unsealed transaction until then, in seconds."""
    lag = 0
    while time.perf_counter() + _LOOK_S < ends:
        time.sleep(_LOOK_S)
        lag = max(lag, chain.waiting().age_s)
    _sleep_until(ends)
    connection.close()
    return lag


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.perf_counter()))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
