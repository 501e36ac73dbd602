"""Keeping monthly partitions ahead of time for every table that core_partition_table has marked."""

from datetime import datetime
from typing import Final

from django.db import connection

from apps.core import db
from apps.core.actors import Actor
from apps.core.errors import Unavailable
from apps.core.selectors import partitions

MONTHS_AHEAD: Final = 3


class PartitionsMissing(Unavailable):
    """Rows went into a DEFAULT partition, because that of their month was missing when they were written."""

    code = "partitions_missing"
    title = "Rows in a default partition"


def ensure(*, by: Actor, at: datetime) -> int:
    """Make the partitions of the next three months where they are missing; return how many were made.

    Raises: partitions_missing when a DEFAULT partition is not empty; the new partitions stay.
    """
    with db.unit(by=by, at=at, why="partitions"), connection.cursor() as cursor:
        cursor.execute("SELECT core_ensure_partitions(%s)", [MONTHS_AHEAD])
        row = cursor.fetchone()
    filled = partitions.filled_defaults()
    if filled:
        raise PartitionsMissing(tables=filled)
    return int(row[0]) if row else 0
