"""Who is connected: leases in Redis that live as long as a connection is heard of. Losing them loses no fact."""

from typing import Final, cast

import redis
import structlog

from apps.core import clock, store

PRESENT_S: Final = 60
"""How long somebody counts as connected after the last sign of life."""

_log: Final = structlog.get_logger(__name__)


def seen(door: str, person: str, connection: str) -> list[str]:
    """Note a sign of life of a connection; return all connections of the person (typed id), oldest lease first."""
    now = clock.now().timestamp()
    own = _key(door, person)
    with store.client().pipeline() as pipeline:
        pipeline.zadd(_key(door), {person: now + PRESENT_S})
        pipeline.zadd(own, {connection: now + PRESENT_S})
        pipeline.zremrangebyscore(own, 0, now)
        pipeline.expire(own, PRESENT_S)
        pipeline.zrange(own, 0, -1)
        found: list[bytes] = pipeline.execute()[-1]
    return [name.decode() for name in found]


def gone(door: str, person: str, connection: str) -> None:
    """Note the end of a connection; who has no other one is not connected any more."""
    with store.client().pipeline() as pipeline:
        pipeline.zrem(_key(door, person), connection)
        pipeline.zcard(_key(door, person))
        others = pipeline.execute()[-1]
    if not others:
        store.client().zrem(_key(door), person)


def connected(door: str) -> set[str]:
    """Return who is connected by a door now (typed ids); nobody when Redis is away."""
    try:
        found = cast("list[bytes]", store.client().zrangebyscore(_key(door), clock.now().timestamp(), "+inf"))
    except redis.RedisError as error:
        _log.warning("presence_unknown", door=door, error=type(error).__name__)
        return set()
    return {name.decode() for name in found}


def _key(*words: str) -> str:
    return ":".join(("strongroom:live", *words))
