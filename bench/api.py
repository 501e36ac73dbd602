"""The API under load: `python -m bench.api`, run by `make bench-api` with servers of its own.

`bare-post` is the reference: one row, the same middleware. The others are signed in, keyed and whole.
"""

import argparse
import itertools
import json
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench import batches, load
from bench.company import Company, Payer, build
from bench.load import JSON, Outcome, Request
from bench.site import Site

CLIENTS = 16
_TURNS = 16
_QUERIES = re.compile(r'"route": "([^"]+)", "status": (\d)\d\d.*?"queries": (\d+)')
_ROUTES = {"bare-post": "bench/notes", "transfer": "api/v1/transfers", "wallet-transactions": "transactions"}


def bare_posts(_number: int) -> Iterator[Request]:
    """Yield the reference's requests."""
    body = json.dumps({"money": {"amount": 1, "currency": "USD"}, "note": "Rent, my half"}).encode()
    return itertools.repeat(("POST", "/bench/notes", JSON, body))


def transfers(payers: list[Payer], number: int) -> Iterator[Request]:
    """Yield transfers of one cent from one customer to the others in turn, each with a key of its own."""
    payer = payers[number]
    others = [other for other in payers if other is not payer]
    for turn in itertools.count():
        body = {
            "wallet": payer.wallet,
            "payee": {"email": others[turn % len(others)].email},
            "money": {"amount": 1, "currency": "USD"},
            "note": "Rent, my half",
        }
        headers = {**JSON, "X-Session-Token": payer.token, "Idempotency-Key": uuid.uuid4().hex}
        yield "POST", "/api/v1/transfers", headers, json.dumps(body).encode()


def refusals(payer: Payer, email: str) -> Iterator[Request]:
    """Yield transfers to an address where nobody receives dollars."""
    body = {"wallet": payer.wallet, "payee": {"email": email}, "money": {"amount": 1, "currency": "USD"}, "note": ""}
    while True:
        headers = {**JSON, "X-Session-Token": payer.token, "Idempotency-Key": uuid.uuid4().hex}
        yield "POST", "/api/v1/transfers", headers, json.dumps(body).encode()


def readings(payers: list[Payer], number: int) -> Iterator[Request]:
    """Yield one customer's reading of the newest page of transactions."""
    payer = payers[number]
    path = f"/api/v1/wallets/{payer.wallet}/transactions?currency=USD"
    return itertools.repeat(("GET", path, {"X-Session-Token": payer.token}, b""))


def line(name: str, outcome: Outcome, statements: float, clients: int = CLIENTS) -> dict[str, Any]:
    """Return what is printed for a name."""
    return {
        "bench": "api",
        "name": name,
        "clients": clients,
        "per_s": round(outcome.per_s, 1),
        "p50_ms": round(outcome.ms(0.50), 1),
        "p95_ms": round(outcome.ms(0.95), 1),
        "p99_ms": round(outcome.ms(0.99), 1),
        "errors": outcome.errors,
        "statements": statements,
    }


def statements(log: Path, name: str, wanted: int = 2) -> float:
    """Return the usual number of statements of an answer of class `wanted`, as the server itself has counted."""
    found = sorted(
        int(count)
        for route, status, count in _QUERIES.findall(log.read_text(errors="replace"))
        if route.endswith(_ROUTES[name]) and int(status) == wanted
    )
    return found[len(found) // 2] if found else 0


def main() -> int:
    """Print one line for each name; return 1 when a request failed or a floor is not reached."""
    options = argparse.ArgumentParser(prog="python -m bench.api", description=__doc__)
    options.add_argument("--seconds", type=float, default=8.0, help="of each measurement")
    seconds: float = options.parse_args().seconds
    company = build(CLIENTS)
    payers = company.payers
    plans = {
        "bare-post": bare_posts,
        "transfer": lambda number: transfers(payers, number),
        "wallet-transactions": lambda number: readings(payers, number),
    }
    results: dict[str, Outcome] = {}
    with tempfile.TemporaryDirectory() as folder, Site(Path(folder, "web.log")) as site:
        for name, plan in plans.items():
            load.run(site.port, CLIENTS, 1.0, plan)
            results[name] = load.run(site.port, CLIENTS, seconds, plan)
            time.sleep(0.5)
            print(json.dumps(line(name, results[name], statements(site.log, name))), flush=True)
            if results[name].first_error:
                print(results[name].first_error, file=sys.stderr)
        print(json.dumps(batches.measure(site, payers, seconds)), flush=True)
        results |= compare(site, company, seconds)
    return verdict(results)


def _always(plan: Iterator[Request], _number: int) -> Iterator[Request]:
    return plan


def compare(site: Site, company: Company, seconds: float) -> dict[str, Outcome]:
    """Ask in turns, alone, to pay an address that nobody has and one without dollars.

    The answers look alike, and their times must not tell either.
    """
    addresses = {"refused-unknown": f"{uuid.uuid4().hex}@example.com", "refused-without-wallet": company.without_usd}
    results = {name: Outcome(wanted=4) for name in addresses}
    for _ in range(_TURNS):
        for name, outcome in results.items():
            plan = refusals(company.payers[0], addresses[name])
            load.run(site.port, 1, seconds / _TURNS, partial(_always, plan), outcome)
    time.sleep(0.5)
    for name, outcome in results.items():
        print(json.dumps(line(name, outcome, statements(site.log, "transfer", outcome.wanted), 1)), flush=True)
    return results


def verdict(results: dict[str, Outcome]) -> int:
    """Return 0 when the floors hold: transfers at 30 % of the reference, within 200 ms for 95 of 100."""
    share = results["transfer"].per_s / results["bare-post"].per_s
    slow = results["transfer"].ms(0.95)
    failed = sum(outcome.errors for outcome in results.values())
    print(f"transfer / bare-post = {share:.0%} (floor 30 %), p95 {slow:.0f} ms (ceiling 200 ms)", file=sys.stderr)
    subprocess.run([sys.executable, "manage.py", "check_invariants"], check=True, stdout=subprocess.DEVNULL)
    return int(share < 0.30 or slow > 200 or failed > 0)  # noqa: PLR2004 - the floors above


if __name__ == "__main__":
    sys.exit(main())
