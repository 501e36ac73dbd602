"""The kinds of rows, of unique rules and of coded columns. Every concrete model derives from exactly one kind."""

from apps.core.base.columns import Code, Status
from apps.core.base.facts import Log, Operational
from apps.core.base.keys import Eternal, Live, LiveKey, WhileState
from apps.core.base.partitioned import CreatePartitioned
from apps.core.base.querysets import AllManager, LiveManager, TrackedQuerySet
from apps.core.base.tracked import Domain, Kept

__all__ = [
    "AllManager",
    "Code",
    "CreatePartitioned",
    "Domain",
    "Eternal",
    "Kept",
    "Live",
    "LiveKey",
    "LiveManager",
    "Log",
    "Operational",
    "Status",
    "TrackedQuerySet",
    "WhileState",
]
