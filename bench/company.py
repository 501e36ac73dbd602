"""Customers with money and a session each, made by the product's services."""

import os
from dataclasses import dataclass
from typing import Any

import django
import psycopg

_FUNDS = 5_000_000


@dataclass(frozen=True)
class Payer:
    """A customer who may send."""

    email: str
    wallet: str
    token: str


@dataclass(frozen=True)
class Company:
    """Customers who may send, and the address of one who cannot receive dollars."""

    payers: list[Payer]
    without_usd: str


def build(count: int) -> Company:
    """Return a company with so many new payers of the first tier, and make the reference's table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    from bench import customers  # noqa: PLC0415 - app-ready

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(
            "CREATE TABLE IF NOT EXISTS bench_note "
            "(id uuid PRIMARY KEY, amount bigint NOT NULL, currency text NOT NULL, note text NOT NULL)"
        )
        owner.execute("GRANT INSERT ON bench_note TO strongroom_app")
    payers = [payer(*made) for made in customers.make(count, funds=_FUNDS)]
    return Company(payers, customers.without_usd())


def payer(*words: Any) -> Payer:
    """Return a payer of its columns."""
    return Payer(*words)
