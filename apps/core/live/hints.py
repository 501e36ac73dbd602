"""Hints to groups of connections, sent when the open unit has committed."""

from typing import Any, Final

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

from apps.core import db

_log: Final = structlog.get_logger(__name__)


def group(kind: str, key: str) -> str:
    """Return the name of the group of all connections that follow something: a room, a person, a desk."""
    return f"{kind}.{key}"


def hint(name: str, *, what: str = "news", **data: Any) -> None:
    """Tell a group after the commit that there is something to read; once a unit for equal words.

    `data` holds ids, codes and figures. Works inside an open unit. A layer that is away is logged, never raised: the
    clients find out by asking. Raises: NoUnit.
    """
    unit = db.current()
    nudge = f"live:{name}:{what}"
    if not data and nudge in unit.nudges:
        return
    unit.nudges.add(nudge)
    message = {"type": "hint", "group": name, "what": what, **data}
    transaction.on_commit(lambda: _send(name, message))  # noqa: TID251 - a hint about rows that stay


def recheck(person: str) -> None:
    """Let the connections of a person (typed id) ask at once whether they may stay, after the commit of an open unit.

    Called when a session or a right has ended; needs no open unit, because it writes nothing. A lost one is made good
    by the look that every connection takes by itself.
    """
    message = {"type": "hint", "group": group("person", person), "what": "recheck"}
    transaction.on_commit(lambda: _send(message["group"], message))  # noqa: TID251 - a hint about rows that stay


def _send(name: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(name, message)
    except (RedisError, OSError) as error:
        _log.warning("hint_not_sent", group=name.partition(".")[0], error=type(error).__name__)
