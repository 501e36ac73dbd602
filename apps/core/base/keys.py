"""Unique rules and references, each saying how it treats removed rows."""

from typing import Any

from django.db import models
from django.db.models import Q, UniqueConstraint


class Live(UniqueConstraint):
    """Unique among live rows: the value is free again after a removal."""

    def __init__(self, *fields: str, name: str, **options: Any) -> None:
        condition = options.pop("condition", None) or Q(deleted_at__isnull=True)
        super().__init__(fields=options.pop("fields", fields), name=name, condition=condition, **options)


class Eternal(UniqueConstraint):
    """Unique for ever: a value once used never returns, and says why in `reason`."""

    def __init__(self, *fields: str, name: str, reason: str, **options: Any) -> None:
        self.reason = reason
        super().__init__(fields=options.pop("fields", fields), name=name, **options)

    def deconstruct(self) -> Any:
        """Return what a migration needs, the reason included."""
        path, args, options = super().deconstruct()
        return path, args, {**options, "reason": self.reason}


class WhileState(UniqueConstraint):
    """Unique while the row is in one of the states that `condition` names."""

    def __init__(self, *fields: str, name: str, condition: Q, **options: Any) -> None:
        super().__init__(fields=options.pop("fields", fields), name=name, condition=condition, **options)


class LiveKey(models.ForeignKey[Any, Any]):
    """A reference to a row that may be soft-deleted: the database refuses it once that has happened."""
