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


def build(count: int) -> list[Payer]:
    """Return so many new customers of the first tier, and make the reference's table."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    django.setup()
    from bench import customers  # noqa: PLC0415 - app-ready

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(
            "CREATE TABLE IF NOT EXISTS bench_note "
            "(id uuid PRIMARY KEY, amount bigint NOT NULL, currency text NOT NULL, note text NOT NULL)"
        )
        owner.execute("GRANT INSERT ON bench_note TO strongroom_app")
    return [payer(*made) for made in customers.make(count, funds=_FUNDS)]


def payer(*words: Any) -> Payer:
    """Return a payer of its columns."""
    return Payer(*words)
