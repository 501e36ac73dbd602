"""Whether this process can serve: the database and Redis answer, and the database has all migrations of the code."""

from typing import Final

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from redis import RedisError

_migrated: Final[set[str]] = set()


def checks() -> dict[str, bool]:
    """Return what must be true before requests are sent here, by name; what the database tells is false without it."""
    has_database = _has_database()
    return {"database": has_database, "migrations": has_database and _has_migrations(), "redis": _has_redis()}


def _has_database() -> bool:
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError):
        return False
    return True


def _has_migrations() -> bool:
    """Tell whether nothing is left to apply; asked until it is so, because migrations are never taken back."""
    name = str(connections[DEFAULT_DB_ALIAS].settings_dict["NAME"])
    if name not in _migrated:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.add(name)
    return True


def _has_redis() -> bool:
    try:
        cache.get("health")
    except RedisError:
        return False
    return True
