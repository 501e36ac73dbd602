"""Opens the books for the past while the demo's histories are written, as the owner of the database.

The books take instants of the last minutes only. A demo wants weeks, so its owner widens that for the time of seeding,
and makes the monthly partitions that the histories fall into.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg

_SKEW = (
    "CREATE OR REPLACE FUNCTION ledger_max_skew() RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE "
    "RETURN interval '{minutes} minutes'"
)
_USUAL_MINUTES = 5
_MARGIN = timedelta(days=1)


@contextmanager
def opened(owner_url: str, *, since: datetime, now: datetime) -> Iterator[None]:
    """Let instants from `since` on be booked inside the block; afterwards the books are as strict as ever."""
    minutes = int((now - since + _MARGIN).total_seconds() // 60)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for month in _months(since, now):
            owner.execute("SELECT ledger_add_partition(%s::date)", [month])
        owner.execute(_SKEW.format(minutes=minutes))
    try:
        yield
    finally:
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute(_SKEW.format(minutes=_USUAL_MINUTES))


def _months(since: datetime, now: datetime) -> Iterator[datetime]:
    month = since.replace(day=1)
    while month <= now:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)
