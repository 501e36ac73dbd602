"""Monthly partitions of the books, made ahead of time, and the alarm when one was missing."""

from datetime import datetime
from typing import Final

import structlog

from apps.core import db, outbox
from apps.core.actors import Actor
from apps.ledger.enums import Topic
from apps.ledger.selectors import health
from apps.ledger.services import gateway

MONTHS_AHEAD: Final = 3
SUBJECT: Final = "ledger:partitions"
_log = structlog.get_logger(__name__)


def ensure(*, months_ahead: int = MONTHS_AHEAD, by: Actor, at: datetime) -> int:
    """Make the partitions of this month and the next three where they are missing; return how many were made.

    Rows in a DEFAULT partition are an error in the log and topic ledger.default_partition.used: postings went on, and
    the range of their month has to be attached under them.
    """
    with db.unit(by=by, at=at, why="partitions"), db.single("ledger.partitions") as mine:
        made = gateway.ensure_partitions(months_ahead=months_ahead) if mine else 0
        used = health.filled_defaults()
        if used:
            _log.error("ledger_default_partition_used", tables=used)
            outbox.publish(Topic.DEFAULT_PARTITION_USED, subject=SUBJECT, data={"tables": used})
    return made
