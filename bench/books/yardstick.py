"""pgbench's TPC-B on the same server with the same settings: three updates and an insert, without a guard."""

import re
import subprocess
from dataclasses import dataclass
from typing import Final

from tools.embedded import binaries

CLIENTS: Final = (8, 16)
_SCALE: Final = 50
_TPS: Final = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_DONE: Final = re.compile(r"^number of transactions actually processed: (\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Yard:
    """What one run of pgbench came to."""

    clients: int
    per_s: float
    transactions: int


def prepare(env: dict[str, str]) -> None:
    """Make the tables anew."""
    schema = "DROP SCHEMA IF EXISTS bench_yardstick CASCADE; CREATE SCHEMA bench_yardstick"
    subprocess.run(
        [str(binaries.client("psql")), "-q", "-c", schema], env=env, check=True, capture_output=True, text=True
    )
    _pgbench(env, "--initialize", "--quiet", f"--scale={_SCALE}")


def run(env: dict[str, str], clients: int, seconds: int) -> Yard:
    """Run prepared TPC-B for some seconds."""
    said = _pgbench(env, "--protocol=prepared", "--no-vacuum", "--jobs=2", f"--client={clients}", f"--time={seconds}")
    return read(said, clients)


def read(said: str, clients: int) -> Yard:
    """Return what pgbench says of its run. Raises ValueError when it does not say it."""
    tps, done = _TPS.search(said), _DONE.search(said)
    if tps is None or done is None:
        message = f"pgbench told no rate: {said}"
        raise ValueError(message)
    return Yard(clients, float(tps[1]), int(done[1]))


def _pgbench(env: dict[str, str], *words: str) -> str:
    command = [str(binaries.client("pgbench")), *words]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
